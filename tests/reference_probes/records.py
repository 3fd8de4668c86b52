"""Records of the elicitations that tests write."""

from functools import cache
from typing import Any

import msgspec

from dls.judging.seed import PairKeys
from dls_probes.engine.scheduler import item_id

KEYS = PairKeys("a" * 64, "b" * 64)
"""The keys of a pair whose seeds do not matter to a test."""


@cache
def _kind(names: tuple[str, ...]) -> type[msgspec.Struct]:
    return msgspec.defstruct("Record", ("id", *names), frozen=True)


def record_of(item: Any, **values: Any) -> msgspec.Struct:
    """Return the record of an item with these fields; records with the same fields compare by their values."""
    return _kind(tuple(values))(item_id(item), **values)
