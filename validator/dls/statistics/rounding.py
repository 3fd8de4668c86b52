"""Rounding that never makes an interval narrower."""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from dls.statistics.interval import Interval

_SURE_DIGITS = 4  # decimals beyond the printed ones in which all computers agree


def outward(interval: Interval, digits: int) -> Interval:
    """Return the interval with its low end rounded down and its high end up to some decimals; infinite ends stay.

    An end that differs from a printed number only in its last bits counts as that number. So the rounding of a sum on
    another computer moves no printed end by a whole digit.
    """
    return interval._replace(
        low=_rounded(_without_last_bits(interval.low, digits), digits, ROUND_FLOOR),
        high=_rounded(_without_last_bits(interval.high, digits), digits, ROUND_CEILING),
    )


def nearest(value: float, digits: int) -> float:
    """Return a value rounded to some decimals, a tie to the even digit; never −0."""
    return _rounded(value, digits, ROUND_HALF_EVEN)


def precision(value: float, digits: int) -> tuple[float, float]:
    """Return the lowest and the highest number that `nearest` prints as this value."""
    half = 10.0**-digits / 2
    return value - half, value + half


def _without_last_bits(value: float, digits: int) -> float:
    return value if math.isinf(value) else round(value, digits + _SURE_DIGITS)


def _rounded(value: float, digits: int, direction: str) -> float:
    if math.isinf(value):
        return value
    # From the shortest decimal text, so that 0.07 is not the 0.07000000000000000666 of its binary form.
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=direction)) + 0.0
