"""The smallest loss that a plan can detect, before any measurement and without numpy.

A plan detects a loss when a student without loss comes out preserved at that margin in 80 % of all samples.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

from dls.standard.numbers import LEVEL
from dls.statistics.interval import normal_quantile, tail
from dls.statistics.paired_proportion import CONTINUITY
from dls.statistics.proportion import incomplete_beta

POWER = 0.80
_HALVINGS = 60
_EULER = 0.5772156649015329


def smallest_loss_of_proportion(discordance: float, n: int, level: float = LEVEL, power: float = POWER) -> float:
    """Return the smallest margin at which a paired proportion without loss comes out preserved.

    ``discordance`` is the share of items on which exactly one model is right. The continuity correction of the interval
    costs 1 / (2n). Source: Connor 1987, with the correction added.
    """
    return (normal_quantile(level) + NormalDist().inv_cdf(power)) * math.sqrt(discordance / n) + CONTINUITY / n


@lru_cache(maxsize=256)  # ten thousand statements share a few plans
def smallest_loss_of_mean(sd: float, n: int, reach: float, level: float = LEVEL, power: float = POWER) -> float:
    """Return the smallest margin at which a bounded mean without loss comes out preserved.

    Args:
        sd: standard deviation of the loss of one unit.
        n: number of units.
        reach: the largest loss of one unit beyond the mean; 0 for a method that counts only the values of its sample.
        level: nominal coverage of the interval.
        power: share of samples that come out preserved.
    """
    error = sd / math.sqrt(n)
    return _upper_quantile(error, reach / (n + 1), tail(level)) + NormalDist().inv_cdf(power) * sd / math.sqrt(n)


def reach_of_influence(metric: str, n: int, errors: float | None) -> float:
    """Return about how far the additional answer of `bounded_influence` lies beyond the statistic, for equal models.

    Args:
        metric: its id. A certain error is among the answers at each of n + 1 thresholds (`aurc`: 1 + Σ (i − 1) / i²),
            counts in full (`augrc`), is a bin of its own (`ece_debiased_squared`), or is one of the few errors in the
            ranking (`error_auroc`).
        n: number of items.
        errors: share of wrong answers of the model that has fewer; without it the reach of `error_auroc` is infinite.
    """
    if metric == "aurc":
        return 1 + _EULER + math.log(n + 1) - math.pi**2 / 6
    if metric in {"augrc", "ece_debiased_squared"}:
        return 1.0
    return 1 / errors if errors else math.inf


@lru_cache(maxsize=256)  # ten thousand statements share a few plans
def smallest_gap_to_limit(limit: float, n: int, level: float = LEVEL, power: float = POWER) -> float:
    """Return the distance on the good side of its floor or cap at which a proportion comes out preserved.

    It is infinite where even n good results of n are too few.
    """
    share = min(limit, 1 - limit)  # a floor of 0.95 is a cap of 0.05 on the failures
    if not _shows(0, n, share, level):
        return math.inf
    low, high = 0, n  # the most failures that still come out preserved
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _shows(middle, n, share, level) else (low, middle)
    return share - _largest_rate(low, n, power)


def units_for(smallest: Callable[[int], float], margin: float) -> int:
    """Return the fewest units at which a plan can detect a margin, given its smallest detectable loss by n."""
    low, high = 1, 2
    while smallest(high) > margin:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if smallest(middle) <= margin else (middle, high)
    return high


def _shows(failures: int, n: int, share: float, level: float) -> bool:
    """Whether the exact interval of a count of failures ends at this share or below, without solving for its end."""
    return incomplete_beta(failures + 1, n - failures, share) >= 1 - tail(level)


def _largest_rate(failures: int, n: int, power: float) -> float:
    """Return the largest true rate at which no more than these failures occur with probability `power`."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS // 2):  # to 1e-9, five digits below any printed one
        middle = (low + high) / 2
        enough = 1 - incomplete_beta(failures + 1, n - failures, middle) >= power
        low, high = (middle, high) if enough else (low, middle)
    return low


def _upper_quantile(sd: float, scale: float, alpha: float) -> float:
    """Return q with P(N + E > q) = alpha, N normal with mean 0 and E exponential with this scale.

    N is the sampling error of the mean and E the weight of the additional unit.
    """
    if scale == 0:
        return NormalDist().inv_cdf(1 - alpha) * sd
    if sd == 0:
        return -scale * math.log(alpha)
    low, high = 0.0, 10 * sd - scale * math.log(alpha)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _exceeds(middle / sd, sd / scale) > alpha else (low, middle)
    return high


def _exceeds(q: float, rate: float) -> float:
    """Return P(N + E > q) for a standard normal N and an exponential E of this rate."""
    normal = NormalDist()
    exponent = rate * rate / 2 - rate * q
    share = normal.cdf(q - rate)
    weight = math.exp(exponent) * share if exponent < math.log(1e300) and share > 0 else 0.0
    return 1 - normal.cdf(q) + weight
