"""Paired intervals from two marginals alone: what a published table without per-item records still says.

How often the two models err on the same items is unknown, so the interval is the one of the least favourable answer:
a big published loss can be called lost, a small one stays inconclusive.
"""

from dls.statistics.interval import LEVEL, Interval
from dls.statistics.paired_proportion import tango_corrected
from dls.statistics.proportion import wilson


def discordance_bounds(teacher: int, student: int, n: int) -> tuple[int, int]:
    """Return the fewest and the most of n items on which exactly one model can be right (Fréchet bounds)."""
    return abs(teacher - student), min(teacher + student, 2 * n - teacher - student)


def marginal_same_items(teacher: int, student: int, n: int, level: float = LEVEL) -> Interval:
    """Return the interval of the loss (teacher − student) / n where both answered the same n items.

    ``teacher`` and ``student`` count right answers. It contains the corrected score interval of every table with these
    marginals.
    """
    most = discordance_bounds(teacher, student, n)[1]
    lost = (most + teacher - student) // 2
    return tango_corrected(lost, most - lost, n, level)._replace(method="marginal_same_items")


def marginal_other_items(teacher: tuple[int, int], student: tuple[int, int], level: float = LEVEL) -> Interval:
    """Return the interval of the loss where the counts (right, n) come from different items, or it is not said.

    Wilson's two limits are combined for a correlation of −1 (the least favourable): their distances are added.
    Source: Newcombe 1998, Zou and Donner 2008 (MOVER).
    """
    above, below = wilson(*teacher, level), wilson(*student, level)
    return Interval(above.low - below.high, above.high - below.low, level, "marginal_other_items")
