"""The precision of a printed number: half a unit of its last digit, up and down."""

from functools import lru_cache

_LONGEST_EXPONENT = 4  # characters, with the sign: no finite number needs more
EXACT = 1e-9  # the error that binary fractions may add to a comparison of decimal numbers


@lru_cache(maxsize=4096)
def unit(source: str | None) -> float:
    """Return the unit of a number's last printed digit: 0.001 for ``0.130``, 0.0001 for ``1.5e-3``.

    A number without a point or exponent counts as exact and has the unit 0: few print an accuracy of 0.97 as 1.
    """
    if source is None:
        return 0.0
    mantissa, _, exponent = source.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    if (not decimals and not exponent) or len(exponent) > _LONGEST_EXPONENT:
        return 0.0
    return float(10.0 ** (int(exponent or 0) - decimals))


def slack(*units: float) -> float:
    """Return the largest error of a sum of printed numbers with these units: half of each."""
    return sum(units) / 2 + EXACT
