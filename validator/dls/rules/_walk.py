"""The parts of a statement that several rules look at, each with its JSON Pointer."""

from collections.abc import Iterator

from dls.model import Claim, Member, PrintedInterval, Reading, Statement

VALUES = ("teacher", "reference", "student", "pair")
"""The members of a claim that hold a value of a model or of the pair."""


def models(statement: Statement) -> Iterator[tuple[str, Member]]:
    """Yield teacher, student and control, each followed by the members of an ensemble."""
    for name in ("teacher", "student", "control"):
        model = getattr(statement, name)
        if model is not None:
            yield f"/{name}", model
            yield from ((f"/{name}/members/{i}", member) for i, member in enumerate(model.members))


def values(pointer: str, claim: Claim) -> Iterator[tuple[str, Reading]]:
    """Yield the values of a claim's models and of its pair."""
    for name in VALUES:
        reading = getattr(claim, name)
        if reading is not None:
            yield f"{pointer}/{name}", reading


def readings(statement: Statement) -> Iterator[tuple[str, Reading]]:
    """Yield every value and every retention of every claim."""
    for i, claim in enumerate(statement.claims):
        yield from values(f"/claims/{i}", claim)
        if claim.retention is not None:
            yield f"/claims/{i}/retention", claim.retention


def intervals(statement: Statement) -> Iterator[tuple[str, PrintedInterval, float]]:
    """Yield every interval of every claim, with the value that it belongs to."""
    for pointer, reading in readings(statement):
        if reading.interval is not None:
            yield f"{pointer}/interval", reading.interval, reading.value
    for i, claim in enumerate(statement.claims):
        if claim.loss is not None and claim.loss.interval is not None:
            yield f"/claims/{i}/loss/interval", claim.loss.interval, claim.loss.value
