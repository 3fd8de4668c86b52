"""What every interval method returns."""

from statistics import NormalDist
from typing import NamedTuple

from dls.standard.numbers import LEVEL as LEVEL  # noqa: PLC0414 - for measuring/registered_intervals


class Interval(NamedTuple):
    """A two-sided interval: ``level`` is its nominal coverage, half of the rest beyond each end.

    An end is infinite where the data exclude nothing on that side; such an interval is not written into a document.
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
