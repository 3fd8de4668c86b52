"""Paired intervals from two marginals alone, for published tables without per-item records.

It is unknown how often the two models err on the same items, so the interval is the one of the least favourable case:
a large published loss can come out lost, a small one stays inconclusive.
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
    """Return the interval of the loss (teacher − student) / n where both models answered the same n items.

    ``teacher`` and ``student`` count right answers. The interval contains the corrected score interval of any table
    with these marginals.
    """
    discordant = discordance_bounds(teacher, student, n)[1]
    losses = (discordant + teacher - student) // 2
    return tango_corrected(losses, discordant - losses, n, level)._replace(method="marginal_same_items")


def published_same_items(teacher: float, student: float, n: int, digits: int, level: float = LEVEL) -> Interval:
    """Return the interval of the loss from two printed shares of right answers to the same n items.

    ``digits`` is the number of printed decimals of the shares (0.765 has three); the interval covers all counts that
    print as these shares.

    Raises:
        DlsError: no count of n prints as one of the shares.
    """
    teacher_low, teacher_high = possible_counts(teacher, n, digits)
    student_low, student_high = possible_counts(student, n, digits)
    low = marginal_same_items(teacher_low, student_high, n, level).low
    high = marginal_same_items(teacher_high, student_low, n, level).high
    return Interval(low, high, level, "marginal_same_items")


def possible_counts(share: float, n: int, digits: int) -> tuple[int, int]:
    """Return the lowest and the highest count of n that prints as a share with this number of decimals.

    Raises:
        DlsError: there is none.
    """
    half, grain = 10.0**-digits / 2, 1e-9
    low = max(0, math.ceil((share - half) * n - grain))
    high = min(n, math.floor((share + half) * n + grain))
    if low > high:
        raise DlsError(f"No count of {n} items prints as {share:.{digits}f}; look for a typing error, or another n.")
    return low, high


def marginal_other_items(teacher: tuple[int, int], student: tuple[int, int], level: float = LEVEL) -> Interval:
    """Return the interval of the loss for counts (right, n) on different items, or where the source does not say.

    Wilson's two limits are combined for a correlation of −1 (the least favourable): their distances are added.
    Source: Newcombe 1998, Zou and Donner 2008 (MOVER).
    """
    above, below = wilson(*teacher, level), wilson(*student, level)
    return Interval(above.low - below.high, above.high - below.low, level, "marginal_other_items")
