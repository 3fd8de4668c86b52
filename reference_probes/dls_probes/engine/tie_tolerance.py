"""What rounding alone may do to a number."""

from dls.standard.numbers import NOISE

_FULL = frozenset({"float32", "float64"})


def tolerance(dtype: str) -> float:
    """Return the nats that two right ways of computing a short text's score may differ by; below twice that, a tie is near."""
    return NOISE if dtype in _FULL else 0.25
