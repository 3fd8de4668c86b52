"""The share of a target's limit that is used up: one axis for margins, floors, caps and retentions.

0 is no loss: the teacher's value, or all of its lead. 1 is the limit: the margin, the floor, the cap or the share of
the lead to be kept. More than 1 is beyond the limit, less than 0 is better than the teacher.
"""

from typing import NamedTuple

from dls.judging.judgement import tested_interval
from dls.model import Claim, Target
from dls.standard.registry import Metric


class LimitUse(NamedTuple):
    """The share of a limit that a value uses up, and the interval of that share; both ends are None without one."""

    value: float
    low: float | None = None
    high: float | None = None


def share_of_limit(claim: Claim, target: Target, metric: Metric | None) -> LimitUse | None:
    """Return the share of a target's limit that a claim uses up.

    Args:
        claim: with the number that the target tests.
        target: of the claim.
        metric: of the claim; it bounds the value of a pair, which has no teacher's value beside it.

    Returns:
        None where the axis does not exist: the margin is 0, the teacher lies at the limit or beyond it, or a number is
        missing.
    """
    value, start, end = _value(claim, target), _start(claim, target, metric), _end(target)
    if value is None or start is None or end is None or not _has_axis(target, start, end):
        return None
    interval = tested_interval(claim, target)
    ends = sorted((number - start) / (end - start) for number in (interval.low, interval.high)) if interval else []
    return LimitUse((value - start) / (end - start), *ends)


def _value(claim: Claim, target: Target) -> float | None:
    if target.kind == "non_inferiority":
        return claim.loss.value if claim.loss else None
    reading = (claim.pair or claim.student) if target.kind == "absolute" else claim.retention
    return reading.value if reading else None


def _start(claim: Claim, target: Target, metric: Metric | None) -> float | None:
    """Return the value at which nothing is lost."""
    if target.kind == "non_inferiority":
        return 0.0
    if target.kind == "retention":
        return 1.0
    if claim.pair is not None:
        best = None if metric is None else metric.range[0 if target.cap is not None else 1]
        return best if claim.baseline is None else claim.baseline.value
    return claim.baseline.value if claim.baseline else None


def _end(target: Target) -> float | None:
    limits = (target.margin, target.floor, target.cap, target.at_least)
    return next((limit for limit in limits if limit is not None), None)


def _has_axis(target: Target, start: float, end: float) -> bool:
    """Whether the limit lies on the worse side of the value at which nothing is lost."""
    is_upper = target.margin is not None or target.cap is not None
    return end > start if is_upper else end < start
