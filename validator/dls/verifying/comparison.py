"""Compare a claim's printed numbers with the same numbers made again: what `recompute` and `reproduce` report."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from dls.document import precision
from dls.document.reader import Document
from dls.model import Claim, Loss, Measured, PrintedInterval, Reading
from dls.standard.numbers import LAST_DIGIT


class Verdict(StrEnum):
    """What a check of one claim comes to, the worst first."""

    REFUTED = "refuted"
    BORDERLINE = "borderline"
    NOT_VERIFIABLE = "not_verifiable"
    CONFIRMED = "confirmed"


class ClaimResult(NamedTuple):
    """A claim's verdict with both sets of numbers and the reason in one sentence."""

    id: str
    verdict: Verdict
    claimed: Mapping[str, Any]
    found: Mapping[str, Any]
    reason: str
    required: bool = False
    smallest_forgery: float | None = None


PARTS = ("teacher", "student", "pair", "loss", "retention")


def numbers(entry: Claim | Measured) -> dict[str, Any]:
    """Return the numbers of a claim or of a measured metric, part by part: value and interval ends."""
    found: dict[str, Any] = {}
    for part in PARTS:
        reading: Reading | Loss | None = getattr(entry, part)
        if reading is not None:
            found[part] = {"value": reading.value} | _ends(reading.interval)
    return found


def _ends(interval: PrintedInterval | None) -> dict[str, float]:
    return {} if interval is None else {"low": interval.low, "high": interval.high}


def differences(document: Document, pointer: str, claim: Claim, again: Measured) -> Iterator[str]:
    """Yield a sentence for every number of a claim that is not the one made again, at the claim's own printed precision.

    A value may differ by half a unit of its last digit; an interval may be wider than the one made again, by one unit
    of its last digit at most, and never narrower.
    """
    if again.flips is not None:
        yield from _members_differ("flips", claim.flips, again.flips, ("teacher_only", "student_only"))
    for part in PARTS:
        said, found = getattr(claim, part), getattr(again, part)
        place = f"{pointer}/{part}"
        if said is None and found is None:
            continue
        if said is None or found is None:
            yield f"{part} is {'not ' if said is None else ''}claimed, and {'not ' if found is None else ''}found again"
            continue
        slack = precision.slack(document, f"{place}/value") + _printed(found.value)
        if abs(said.value - found.value) > slack:
            yield f"{part} {said.value} is {found.value} when made again"
        yield from _members_differ(part, said, found, ("count", "n"))
        yield from _interval_differences(document, place, part, said.interval, found.interval)


def _members_differ(what: str, said: Any, found: Any, names: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for every member that is claimed and is another one when made again."""
    for name in names:
        one, other = getattr(said, name, None), getattr(found, name, None)
        if one is not None and one != other:
            yield f"{what} has {name} {one}, and {'none' if other is None else other} when made again"


def _printed(value: float) -> float:
    """Return half a unit of the last digit that a number made again was rounded to."""
    return 0.5e-4 if abs(value) >= 0.01 else 0.5e-6  # noqa: PLR2004  # as `measurement` prints


def _interval_differences(
    document: Document, place: str, part: str, said: PrintedInterval | None, found: PrintedInterval | None
) -> Iterator[str]:
    if said is None or found is None:
        if said is not found:
            yield f"the interval of {part} is {'not ' if said is None else ''}claimed, and {'not ' if found is None else ''}found again"
        return
    for end, sign in (("low", 1), ("high", -1)):
        unit = max(precision.unit(document.source(f"{place}/interval/{end}")), LAST_DIGIT)
        inward = sign * (getattr(said, end) - getattr(found, end))
        if not -unit - precision.EXACT <= inward <= precision.EXACT:
            yield f"the {end} end of {part}'s interval, {getattr(said, end)}, is {getattr(found, end)} when made again"
    yield from _members_differ(f"the interval of {part}", said, found, ("level", "method", "unit", "n_units"))


def end_differences(
    part: str, said: PrintedInterval | None, found: PrintedInterval | None, allowed: float
) -> Iterator[str]:
    """Yield a sentence for every end of a claimed interval that lies further from the one made again than is allowed.

    What moves a value moves the ends of its interval by up to twice as much, and both are rounded outward.
    """
    if said is None or found is None:
        if said is not found:
            yield f"the interval of {part} is {'not ' if said is None else ''}claimed, and {'not ' if found is None else ''}found again"
        return
    for end in ("low", "high"):
        one, other = getattr(said, end), getattr(found, end)
        if abs(one - other) > 2 * (allowed + LAST_DIGIT):
            yield f"the {end} end of {part}'s interval, {one}, is {other} when made again"
    yield from _members_differ(f"the interval of {part}", said, found, ("level", "method", "unit", "n_units"))


def outcome_differences(claim: Claim, again: Claim) -> Iterator[str]:
    """Yield a sentence for the outcome of a claim, and of each of its targets, that is another one when made again."""
    if claim.outcome != again.outcome:
        yield f"the outcome {claim.outcome} is {again.outcome} when made again"
    if len(claim.targets) != len(again.targets):
        yield f"it has {len(claim.targets)} targets, and its profile {len(again.targets)}"
    for said, found in zip(claim.targets, again.targets, strict=False):
        if said.outcome != found.outcome:
            yield f"the outcome {said.outcome} of its target ({said.kind}) is {found.outcome} when made again"


def sentence(problems: Sequence[str], good: str) -> str:
    """Return all problems as one sentence, or the good news."""
    return "; ".join(problems) or good
