"""The interval that all methods return."""

from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """A two-sided interval with nominal coverage ``level``; half of the remaining error lies beyond each end.

    An end is infinite where the data exclude nothing on that side; no document holds such an interval.
    """

    low: float
    high: float
    level: float
    method: str


def tail(level: float) -> float:
    """Return the nominal error beyond one end, (1 − level) / 2."""
    return (1 - level) / 2


def normal_quantile(level: float) -> float:
    """Return z with P(−z < Z < z) = level for a standard normal Z: 1.645 at 0.90."""
    return NormalDist().inv_cdf(1 - tail(level))
