"""Intervals of one proportion, without numpy, so that rules can check a printed one."""

import math
from statistics import NormalDist

from dls.standard.numbers import LEVEL
from dls.statistics.interval import Interval, normal_quantile, tail

_MAX_STEPS = 100
_LAST_STEP = 1e-10  # relative; the error after such a step is smaller than its square
_TINY = 1e-300
_ROUNDING = 4e-16  # of one factor
_MAX_TERMS = 10_000


def wilson(count: int, n: int, level: float = LEVEL) -> Interval:
    """Return the score interval of a proportion.

    Its one-sided error exceeds the nominal one near 0 and 1 (up to 10 % at 5 %); therefore verdicts use
    `clopper_pearson`. Source: Wilson 1927.
    """
    z = normal_quantile(level)
    centre = (count + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(count * (n - count) / n + z * z / 4)
    low = 0.0 if count == 0 else centre - half
    high = 1.0 if count == n else centre + half
    return Interval(low, high, level, "wilson")


def clopper_pearson(count: int, n: int, level: float = LEVEL) -> Interval:
    """Return the exact interval of a proportion: each end errs in at most (1 − level) / 2 of all samples, for any n.

    Source: Clopper and Pearson 1934.
    """
    alpha = tail(level)
    low = 0.0 if count == 0 else _beta_quantile(alpha, count, n - count + 1)
    high = 1.0 if count == n else _beta_quantile(1 - alpha, count + 1, n - count)
    return Interval(low, high, level, "clopper_pearson")


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), for a, b > 0 and x in [0, 1].

    Source: the continued fraction of DLMF 8.17.22, evaluated by Lentz's method.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    return _beta_front(a, b, x) * _beta_fraction(a, b, x) / a


def _beta_front(a: float, b: float, x: float) -> float:
    """Return x^a (1 − x)^b / B(a, b), which is x (1 − x) times the density of I_x(a, b)."""
    return math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or _TINY)
    fraction = d
    for m in range(1, _MAX_TERMS):
        at = a + 2 * m
        even = m * (b - m) * x / ((at - 1) * at)
        d = 1 / (1 + even * d or _TINY)
        c = 1 + even / c or _TINY
        fraction *= c * d
        odd = -(a + m) * (a + b + m) * x / (at * (at + 1))
        d = 1 / (1 + odd * d or _TINY)
        c = 1 + odd / c or _TINY
        step = c * d
        fraction *= step
        if abs(step - 1) < _ROUNDING:
            break
    return fraction


def _beta_quantile(share: float, a: float, b: float) -> float:
    """Return x with I_x(a, b) = share, by Halley's steps; a step that leaves the bracket halves it instead."""
    mean = a / (a + b)
    spread = math.sqrt(mean * (1 - mean) / (a + b + 1))
    near = mean + NormalDist().inv_cdf(share) * spread
    low, high, x = 0.0, 1.0, near if 0 < near < 1 else mean
    for _ in range(_MAX_STEPS):
        beyond = incomplete_beta(a, b, x) - share
        low, high = (low, x) if beyond > 0 else (x, high)
        density = _beta_front(a, b, x) / (x * (1 - x))
        step = beyond / density if density > _TINY else math.inf
        bend = step * ((a - 1) / x - (b - 1) / (1 - x)) / 2
        step /= max(1 - bend, 1 / 2)  # at most twice Newton's step
        if abs(step) <= _LAST_STEP * x:
            return x - step
        x = x - step if low < x - step < high else (low + high) / 2
    return x
