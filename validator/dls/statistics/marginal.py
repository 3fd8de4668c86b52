"""Paired intervals from two marginals alone: what a published table without per-item records still says.

How often the two models err on the same items is unknown, so the interval is the one of the least favourable answer:
a big published loss can be called lost, a small one stays inconclusive.
"""

import math

from dls.errors import DlsError
from dls.standard.numbers import LEVEL
from dls.statistics.interval import Interval
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


def published_same_items(teacher: float, student: float, n: int, digits: int, level: float = LEVEL) -> Interval:
    """Return the interval of the loss from two printed shares of right answers to the same n items.

    ``digits`` is the number of decimals of the shares in print (0.765 has three); the interval holds for all counts that
    print so.

    Raises:
        DlsError: no count of n prints as one of the shares.
    """
    least, most = zip(possible_counts(teacher, n, digits), possible_counts(student, n, digits), strict=True)
    ends = [marginal_same_items(one, other, n, level) for one, other in ((least[0], most[1]), (most[0], least[1]))]
    return Interval(ends[0].low, ends[1].high, level, "marginal_same_items")


def possible_counts(share: float, n: int, digits: int) -> tuple[int, int]:
    """Return the fewest and the most of n that print as a share with so many decimals.

    Raises:
        DlsError: there is none.
    """
    half, grain = 10.0**-digits / 2, 1e-9
    fewest = max(0, math.ceil((share - half) * n - grain))
    most = min(n, math.floor((share + half) * n + grain))
    if fewest > most:
        raise DlsError(f"No count of {n} items prints as {share:.{digits}f}; look for a typing error, or another n.")
    return fewest, most


def marginal_other_items(teacher: tuple[int, int], student: tuple[int, int], level: float = LEVEL) -> Interval:
    """Return the interval of the loss where the counts (right, n) come from different items, or it is not said.

    Wilson's two limits are combined for a correlation of −1 (the least favourable): their distances are added.
    Source: Newcombe 1998, Zou and Donner 2008 (MOVER).
    """
    above, below = wilson(*teacher, level), wilson(*student, level)
    return Interval(above.low - below.high, above.high - below.low, level, "marginal_other_items")
