"""The common axis of all targets: the share of the margin that is used up (`spec/1.0/showing.md`).

0 is no loss: the teacher's value, or all of its lead. 1 is the limit: the margin, the floor, the cap, or the share that
has to be retained. Up to 1 is good, beyond 1 is bad, whatever the metric's unit and direction.
"""

import math

import msgspec

from dls.judging.judgement import tested_interval
from dls.model import Claim, Target
from dls.standard.registry import Metric

LOW, HIGH = -1.0, 3.0
"""The ends of the axis; beyond them stands an arrow with its number."""


class Share(msgspec.Struct, frozen=True):
    """A tested value and the ends of its interval as shares of the margin; None where the document states none."""

    value: float | None
    low: float | None = None
    high: float | None = None


def place_of(claim: Claim, target: Target, metric: Metric | None) -> Share | None:
    """Return where a target's tested number lies on the axis; None where the target has no scale there.

    A margin of 0, a whole lead to retain, and a teacher at or past its floor leave no distance to measure by.
    """
    ends = _zero_and_one(claim, target, metric)
    if ends is None:
        return None
    zero, one = ends
    value = _tested_value(claim, target)
    interval = tested_interval(claim, target)
    shares = sorted(_share(end, zero, one) for end in (interval.low, interval.high)) if interval else (None, None)
    return Share(None if value is None else _share(value, zero, one), *shares)


def _share(value: float, zero: float, one: float) -> float:
    return (value - zero) / (one - zero)


def _zero_and_one(claim: Claim, target: Target, metric: Metric | None) -> tuple[float, float] | None:
    if target.kind == "non_inferiority":
        return (0.0, target.margin) if target.margin else None
    if target.kind == "retention":
        share = target.at_least
        return (1.0, share) if share is not None and share < 1 else None
    zero = _teachers_value(claim, metric)
    if zero is None:
        return None
    if target.floor is not None:
        return (zero, target.floor) if zero > target.floor else None
    return (zero, target.cap) if target.cap is not None and zero < target.cap else None


def _teachers_value(claim: Claim, metric: Metric | None) -> float | None:
    """Return the teacher's value; of a metric of the pair, that of a model beside itself: the best end of the range."""
    if claim.teacher is not None:
        return claim.teacher.value
    if claim.pair is None or metric is None or metric.of != "pair":
        return None
    best = {"higher": metric.high, "lower": metric.low}.get(metric.direction, metric.target)
    return best if best is not None and math.isfinite(best) else None


def _tested_value(claim: Claim, target: Target) -> float | None:
    if target.kind == "non_inferiority":
        return claim.loss.value if claim.loss else None
    reading = (claim.pair or claim.student) if target.kind == "absolute" else claim.retention
    return reading.value if reading else None
