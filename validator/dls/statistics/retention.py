"""The interval of a retention: the student's share of the teacher's lead over chance."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dls.standard.numbers import LEVEL
from dls.statistics.bounded_mean import mean_at_least_p, units
from dls.statistics.interval import Interval, tail

Floats = NDArray[np.float64]
_FIRST_STEP = 0.05
_TOLERANCE = 1e-9
_WIDEST = 1e3  # a share beyond which the teacher has practically no lead


def retention_interval(
    teacher: Floats,
    student: Floats,
    chance: float,
    bounds: tuple[float, float],
    level: float = LEVEL,
) -> Interval:
    """Return the interval of (mean(student) − chance) / (mean(teacher) − chance).

    A share r is inside unless the mean of (student − chance) − r (teacher − chance) differs from 0, tested for bounded
    means; so it is valid for a lead of any size (Fieller 1954, without the normal distribution). An end is infinite
    where the teacher's lead over chance is not established.

    Args:
        teacher: values by independent unit, shape [units]; paired with the student's.
        student: values by independent unit, shape [units].
        chance: the value of a model without the capability; below the teacher's where higher is better.
        bounds: lowest and highest value that the metric allows a unit.
        level: nominal coverage.
    """
    bounds = (bounds[0] - chance, bounds[1] - chance)
    lead, student_lead = teacher - chance, student - chance
    if float(lead.mean()) < 0:  # lower is better: both leads change sign, and their share stays
        lead, student_lead, bounds = -lead, -student_lead, (-bounds[1], -bounds[0])
    alpha = tail(level)
    if lead_p(lead, bounds) > alpha:
        return Interval(-math.inf, math.inf, level, "retention")
    share = float(student_lead.mean() / lead.mean())
    low = _end(lambda r: at_most_p(student_lead, lead, r, bounds) - alpha, share, -1)
    high = _end(lambda r: at_least_p(student_lead, lead, r, bounds) - alpha, share, +1)
    return Interval(low, high, level, "retention")


def lead_p(lead: Floats, bounds: tuple[float, float]) -> float:
    """Return the p-value of "the teacher has no lead over chance", from its leads by unit and their bounds."""
    return mean_at_least_p(units(-lead, (-bounds[1], -bounds[0])), 0.0)


def at_most_p(student_lead: Floats, lead: Floats, share: float, bounds: tuple[float, float]) -> float:
    """Return the p-value of "the student keeps at most this share of the lead"."""
    low, high = _difference_bounds(share, bounds)
    return mean_at_least_p(units(share * lead - student_lead, (-high, -low)), 0.0)


def at_least_p(student_lead: Floats, lead: Floats, share: float, bounds: tuple[float, float]) -> float:
    """Return the p-value of "the student keeps at least this share of the lead"."""
    return mean_at_least_p(units(student_lead - share * lead, _difference_bounds(share, bounds)), 0.0)


def _difference_bounds(share: float, bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = bounds
    least, largest = sorted((share * low, share * high))
    return low - largest, high - least


def _end(excess: Callable[[float], float], share: float, direction: int) -> float:
    """Return the share at which a p-value falls to its limit, from the observed share in one direction."""
    from scipy.optimize import brentq

    inner, step = share, _FIRST_STEP
    while excess(share + direction * step) > 0:
        inner, step = share + direction * step, 2 * step
        if step > _WIDEST:
            return direction * math.inf
    return float(brentq(excess, inner, share + direction * step, xtol=_TOLERANCE))
