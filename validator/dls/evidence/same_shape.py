"""Whether two records of an item hold as many answers, and in the same places."""

from typing import Any

import msgspec

_LEAVES = frozenset({float, int, str})  # most of what a record holds: known at a glance


def have_same_shape(one: Any, other: Any) -> bool:
    """Tell whether two records hold as many answers in each place: all records of an item do."""
    ones, others = _parts(one), _parts(other)
    if ones is None or others is None:
        return ones is others
    if len(ones) != len(others):
        return False
    return all(
        (type(a) is type(b) and type(a) in _LEAVES) or have_same_shape(a, b) for a, b in zip(ones, others, strict=True)
    )


def _parts(value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.astuple(value)
    return value if isinstance(value, tuple) else None
