"""The models of a statement, each with its JSON Pointer."""

from collections.abc import Iterator

from dls.model import Member, Statement


def models(statement: Statement) -> Iterator[tuple[str, Member]]:
    """Yield teacher, student and control, each followed by the members of an ensemble."""
    for name in ("teacher", "student", "control"):
        model = getattr(statement, name)
        if model is not None:
            yield f"/{name}", model
            yield from ((f"/{name}/members/{i}", member) for i, member in enumerate(model.members))
