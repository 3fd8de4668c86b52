"""Compare a claim's printed numbers with those of a second computation, for `recompute` and `reproduce`."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from dls.document.precision import EXACT
from dls.model import Claim, Loss, Measured, PrintedInterval, Reading
from dls.standard.numbers import LAST_DIGIT
from dls.standard.registry import Metric


class Verdict(StrEnum):
    """The verdict on one claim, the worst first."""

    REFUTED = "refuted"
    BORDERLINE = "borderline"
    NOT_VERIFIABLE = "not_verifiable"
    CONFIRMED = "confirmed"


class ClaimResult(NamedTuple):
    """A claim's verdict with its own numbers, those of the second computation, and the reason in one sentence."""

    id: str
    verdict: Verdict
    claimed_numbers: Mapping[str, Any]
    new_numbers: Mapping[str, Any]
    reason: str
    is_required: bool = False
    smallest_forgery: float | None = None


PARTS = ("teacher", "student", "pair", "loss", "retention")
_INTERVAL_MEMBERS = ("level", "method", "unit", "n_units")


def numbers(entry: Claim | Measured) -> dict[str, Any]:
    """Return the numbers of a claim or of a measured metric, part by part: value and interval ends."""
    parts = {part: getattr(entry, part) for part in PARTS}
    return {
        part: {"value": reading.value} | _ends(reading.interval)
        for part, reading in parts.items()
        if reading is not None
    }


def _ends(interval: PrintedInterval | None) -> dict[str, float]:
    return {} if interval is None else {"low": interval.low, "high": interval.high}


def differences(claim: Claim, measurement: Measured, entry: Metric) -> Iterator[str]:
    """Yield a sentence for each number of a claim that is not the one made again, and for each that is left out.

    The registry decides, not the digits of the document: a value may differ by one unit of the last digit that the
    registry prints, since other computers round otherwise. An interval may be wider by such a unit, never narrower.

    ``entry`` is the claim's metric.
    """
    yield from _presence_differences("flips", claim.flips, measurement.flips)
    if claim.flips is not None and measurement.flips is not None:
        yield from _member_differences("flips", claim.flips, measurement.flips, ("teacher_only", "student_only"))
    for part in PARTS:
        yield from _part_differences(entry, part, getattr(claim, part), getattr(measurement, part))


def _part_differences(
    entry: Metric, part: str, first: Reading | Loss | None, second: Reading | Loss | None
) -> Iterator[str]:
    if first is None or second is None:
        yield from _presence_differences(part, first, second)
        return
    if abs(first.value - second.value) > entry.unit_at(second.value) + EXACT:
        yield f"{part} {first.value} is {second.value} when made again"
    yield from _member_differences(part, first, second, ("count", "n"))
    if first.interval is not None and second.interval is not None:
        yield from _printed_end_differences(entry, part, first.interval, second.interval)
    yield from _interval_differences(part, first.interval, second.interval, _INTERVAL_MEMBERS)


def _presence_differences(name: str, first: object, second: object) -> Iterator[str]:
    """Yield a sentence where only one of two things is there."""
    if (first is None) is not (second is None):
        yield f"{name} is {'not ' if first is None else ''}claimed, and {'not ' if second is None else ''}found again"


def _member_differences(name: str, first: object, second: object, members: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each member that is another one when made again, or that the claim leaves out."""
    for member in members:
        claim, measurement = getattr(first, member, None), getattr(second, member, None)
        if claim != measurement:
            texts = ("none" if value is None else value for value in (claim, measurement))
            yield "{} has {} {}, and {} when made again".format(name, member, *texts)


def _printed_end_differences(
    entry: Metric, part: str, first: PrintedInterval, second: PrintedInterval
) -> Iterator[str]:
    unit = entry.unit_at(second.low, second.high)
    for end, sign in (("low", 1), ("high", -1)):
        inward = sign * (getattr(first, end) - getattr(second, end))
        if not -unit - EXACT <= inward <= EXACT:
            yield _end_difference(part, end, first, second)


def _end_difference(part: str, end: str, first: PrintedInterval, second: PrintedInterval) -> str:
    return f"the {end} end of {part}'s interval, {getattr(first, end)}, is {getattr(second, end)} when made again"


def _interval_differences(
    part: str, first: PrintedInterval | None, second: PrintedInterval | None, members: Sequence[str]
) -> Iterator[str]:
    name = f"the interval of {part}"
    if first is None or second is None:
        yield from _presence_differences(name, first, second)
    else:
        yield from _member_differences(name, first, second, members)


def end_differences(
    part: str, first: PrintedInterval | None, second: PrintedInterval | None, tolerance: float
) -> Iterator[str]:
    """Yield a sentence for each end of a claimed interval that lies too far from that of a second run.

    A shift of a value moves the ends of its interval by up to twice as much, and both ends are rounded outward.

    Args:
        part: of the claim.
        first: the claim's interval.
        second: the second run's.
        tolerance: how far the values may lie apart, in the metric's unit.
    """
    if first is not None and second is not None:
        for end in ("low", "high"):
            if abs(getattr(first, end) - getattr(second, end)) > 2 * (tolerance + LAST_DIGIT):
                yield _end_difference(part, end, first, second)
    members = [name for name in _INTERVAL_MEMBERS if getattr(first, name, None) is not None]
    yield from _interval_differences(part, first, second, members)


def outcome_differences(first: Claim, second: Claim) -> Iterator[str]:
    """Yield a sentence where the outcome of a claim, or of one of its targets, is another one when made again."""
    if first.outcome != second.outcome:
        yield f"the outcome {first.outcome} is {second.outcome} when made again"
    if len(first.targets) != len(second.targets):
        yield f"it has {len(first.targets)} targets, and its profile {len(second.targets)}"
    for target, counterpart in zip(first.targets, second.targets, strict=False):
        if target.outcome != counterpart.outcome:
            yield f"the outcome {target.outcome} of its target ({target.kind}) is {counterpart.outcome} when made again"


def sentence(problems: Sequence[str], success: str) -> str:
    """Return all problems as one sentence; ``success`` where there is none."""
    return "; ".join(problems) or success
