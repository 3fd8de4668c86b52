"""The interval of a statistic of confidence, in which even rare, certain errors count.

The value of such a statistic depends on rare, certain errors: one among the most confident answers weighs as much as
several among the rest, and a sample may hold none of them. As for a bounded mean, a sample of n units gets one
additional unit: of the four extreme answers (certain or not at all, right or wrong) the one that moves the statistic
most. The contributions of the n + 1 units get weights from the flat Dirichlet distribution; the limit is a quantile of
the weighted mean. In a loss each of the two models gets its worst answer, as if on the same unit.

Sources: `bounded_mean`; influence functions for contributions, Hampel 1974. The method is exact to first order in
1 / √n; ``simulations/README.md`` has the measured errors at each n.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dls.standard.numbers import LEVEL
from dls.statistics.bounded_mean import Units, upper_limit
from dls.statistics.interval import Interval, tail

Floats = NDArray[np.float64]
Contributions = Callable[[Floats, Floats], Floats]  # of confidence and correct, all of shape [items]
METHOD = "bounded_influence"
_ROUNDING = 1e-12  # the rounding of sums makes contributions differ by no more than this
_CERTAIN, _UNSURE = np.nextafter(1.0, 2.0), np.nextafter(0.0, -1.0)  # beyond all other confidences: without ties


class BothEnds(NamedTuple):
    """The contributions for the higher and for the lower end of an interval; mostly the same function."""

    higher: Contributions
    lower: Contributions


class Reach(NamedTuple):
    """The contributions of all units, the additional one at the end; both of shape [units + 1]."""

    highest: Floats
    lowest: Floats

    def minus(self, subtrahend: "Reach") -> "Reach":
        """Return the reach of the difference between two models' statistics on the same units."""
        return Reach(self.highest - subtrahend.lowest, self.lowest - subtrahend.highest)


def reach(contributions: BothEnds, confidence: Floats, correct: Floats) -> Reach:
    """Return the contributions of one model's items and of the additional answer that raises, or lowers, the most.

    ``confidence`` and ``correct`` have shape [items].
    """
    return Reach(
        max(_extensions(contributions.higher, confidence, correct), key=lambda values: float(values[-1])),
        min(_extensions(contributions.lower, confidence, correct), key=lambda values: float(values[-1])),
    )


def bounded_influence_interval(
    sample: Reach, estimate: float, bounds: tuple[float, float], level: float = LEVEL
) -> Interval:
    """Return the interval of a statistic, or of the difference of two.

    Args:
        sample: the contributions of the units.
        estimate: the statistic, which the interval always contains.
        bounds: its lowest and highest value, which cut the interval.
        level: nominal coverage.
    """
    low, high = -_limit(-sample.lowest, level), _limit(sample.highest, level)
    return Interval(max(bounds[0], min(low, estimate)), min(bounds[1], max(high, estimate)), level, METHOD)


def _extensions(contributions: Contributions, confidence: Floats, correct: Floats) -> list[Floats]:
    extremes = [(certain, right) for certain in (_CERTAIN, _UNSURE) for right in (1.0, 0.0)]
    return [contributions(np.append(confidence, certain), np.append(correct, right)) for certain, right in extremes]


def _limit(contributions: Floats, level: float) -> float:
    """Return the upper limit of the mean; the additional unit contributes at least as much as any of the sample."""
    sample = contributions[:-1]
    if np.ptp(contributions) <= _ROUNDING:
        return float(contributions.max())
    bounds = float(sample.min()), float(contributions.max())
    return upper_limit(Units(sample, np.ones_like(sample), *bounds), tail(level))
