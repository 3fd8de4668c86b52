"""Flat answers in the rows of a record."""

from collections.abc import Sequence


def rows_of(values: Sequence[float], size: int) -> tuple[tuple[float, ...], ...]:
    """Return the values in rows of `size` each, in their order."""
    return tuple(tuple(values[start : start + size]) for start in range(0, len(values), size))
