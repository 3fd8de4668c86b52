"""The common axis of all targets: the share of a limit that is used up (`spec/1.0/showing.md`).

0 is no loss: the teacher's value, or all of its lead. 1 is the limit: the margin, the floor, the cap, or the share that
has to be retained. Up to 1 is good, beyond 1 is bad, whatever the metric's unit and direction.
"""

import math

import msgspec

from dls.judging.judgement import tested_interval
from dls.model import Claim, Target
from dls.standard.registry import Metric


class LimitUse(msgspec.Struct, frozen=True):
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
        None where the axis does not exist: the margin is 0, a whole lead has to be retained, the teacher lies at the
        limit or beyond it, or a number is missing.
    """
    ends, value = _zero_and_one(claim, target, metric), _tested_value(claim, target)
    if ends is None or value is None:
        return None
    zero, one = ends
    interval = tested_interval(claim, target)
    numbers = (value, *sorted((interval.low, interval.high), reverse=one < zero)) if interval else (value,)
    return LimitUse(*((number - zero) / (one - zero) for number in numbers))


def _zero_and_one(claim: Claim, target: Target, metric: Metric | None) -> tuple[float, float] | None:
    if target.kind == "non_inferiority":
        return (0.0, target.margin) if target.margin else None
    if target.kind == "retention":
        share = target.at_least
        return (1.0, share) if share is not None and share < 1 else None
    zero = _value_without_loss(claim, metric)
    if zero is None:
        return None
    if target.floor is not None:
        return (zero, target.floor) if zero > target.floor else None
    return (zero, target.cap) if target.cap is not None and zero < target.cap else None


def _value_without_loss(claim: Claim, metric: Metric | None) -> float | None:
    """Return the value of the baseline; of a metric of the pair, the best end of its range."""
    if claim.baseline is not None:
        return claim.baseline.value
    if claim.pair is None or metric is None or metric.of != "pair":
        return None
    best = {"higher": metric.high, "lower": metric.low}.get(metric.direction, metric.target)
    return best if best is not None and math.isfinite(best) else None


def _tested_value(claim: Claim, target: Target) -> float | None:
    if target.kind == "non_inferiority":
        return claim.loss.value if claim.loss else None
    reading = (claim.pair or claim.student) if target.kind == "absolute" else claim.retention
    return reading.value if reading else None
