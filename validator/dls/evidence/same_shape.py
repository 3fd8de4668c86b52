"""Whether two records of an item hold the same number of answers, in the same places."""

from typing import Any

import msgspec

_LEAVES = frozenset({float, int, str, bool})  # most values of a record: no need to look inside


def have_same_shape(first: Any, second: Any) -> bool:
    """Whether two records hold as many answers in each place, as all records of an item do."""
    parts, counterparts = _parts(first), _parts(second)
    if parts is None or counterparts is None:
        return parts is counterparts
    if len(parts) != len(counterparts):
        return False
    if _LEAVES.issuperset(map(type, (*parts, *counterparts))):
        return True
    return all(map(have_same_shape, parts, counterparts))


def _parts(value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, tuple):
        return value
    return msgspec.structs.astuple(value) if isinstance(value, msgspec.Struct) else None
