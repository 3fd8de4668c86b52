"""The interval of a statistic of confidence: no certain error is too rare to count.

A bootstrap of such a statistic has not seen the rare, certain errors that its value hangs on: one among the most
confident answers weighs as much as several among the others. As for a bounded mean, a sample of n units gets one unit
more, of the four extreme answers (certain or not at all, right or wrong) the one that moves the statistic most; what
the n + 1 units contribute gets weights from the flat Dirichlet distribution, and the limit is a quantile of the
weighted mean. In a loss the two models get the worst answer each, as if on the same unit.

Sources: `bounded_mean`; influence functions for contributions, Hampel 1974. To first order in 1 / √n: what holds at a
given n is measured, see ``simulations/README.md``.
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
_SAME = 1e-12  # contributions that differ by no more differ by the rounding of sums alone
_CERTAIN, _UNSURE = np.nextafter(1.0, 2.0), np.nextafter(0.0, -1.0)  # beyond every other confidence, so that none ties


class BothEnds(NamedTuple):
    """The contributions that the higher and the lower end of an interval rest on; mostly the same."""

    higher: Contributions
    lower: Contributions


class Reach(NamedTuple):
    """What units contribute beside the one unit more, which comes last; both of shape [units + 1]."""

    highest: Floats
    lowest: Floats

    def minus(self, other: "Reach") -> "Reach":
        """Return the reach of the difference between two models' statistics on the same units."""
        return Reach(self.highest - other.lowest, self.lowest - other.highest)


def reach(contributions: BothEnds, confidence: Floats, correct: Floats) -> Reach:
    """Return what the items of one model contribute beside the answer that raises, and the one that lowers, the most.

    ``confidence`` and ``correct`` have shape [items].
    """
    return Reach(
        max(_extended(contributions.higher, confidence, correct), key=lambda found: float(found[-1])),
        min(_extended(contributions.lower, confidence, correct), key=lambda found: float(found[-1])),
    )


def bounded_influence_interval(
    sample: Reach, observed: float, bounds: tuple[float, float], level: float = LEVEL
) -> Interval:
    """Return the interval of a statistic, or of the difference of two.

    Args:
        sample: what the units contribute.
        observed: the statistic, which the interval always holds.
        bounds: its lowest and highest value; the interval is cut there.
        level: nominal coverage.
    """
    low, high = -_limit(-sample.lowest, level), _limit(sample.highest, level)
    return Interval(max(bounds[0], min(low, observed)), min(bounds[1], max(high, observed)), level, METHOD)


def _extended(contributions: Contributions, confidence: Floats, correct: Floats) -> list[Floats]:
    extremes = [(certain, right) for certain in (_CERTAIN, _UNSURE) for right in (1.0, 0.0)]
    return [contributions(np.append(confidence, certain), np.append(correct, right)) for certain, right in extremes]


def _limit(contributed: Floats, level: float) -> float:
    """Return the upper limit of the mean; the unit more contributes at least as much as any that was seen."""
    seen = contributed[:-1]
    if np.ptp(contributed) <= _SAME:
        return float(contributed.max())
    return upper_limit(Units(seen, np.ones_like(seen), float(seen.min()), float(contributed.max())), tail(level))
