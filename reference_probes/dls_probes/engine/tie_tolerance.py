"""The effect of rounding on a log-probability."""

from dls.standard.numbers import NOISE

_FULL_PRECISION = frozenset({"float32", "float64"})


def tolerance(dtype: str) -> float:
    """Return the nats by which two correct computations of a short text's log-probability may differ.

    A gap below twice this tolerance is a near-tie.
    """
    return NOISE if dtype in _FULL_PRECISION else 0.25
