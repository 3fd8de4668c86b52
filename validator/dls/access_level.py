"""Access to a model, from texts alone to whole distributions, and the parts of a record that each level gives."""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args, get_type_hints

import msgspec

AccessLevel: TypeAlias = Literal["black_box", "sampling", "logprobs", "white_box"]
LEVELS: tuple[AccessLevel, ...] = get_args(AccessLevel)
"""From the least access to the most: greedy texts, samples, log-probabilities, whole distributions."""

_WORDS: Mapping[AccessLevel, str] = MappingProxyType(
    {
        "black_box": "greedy texts",
        "sampling": "texts and samples",
        "logprobs": "log-probabilities",
        "white_box": "whole distributions of both models side by side",
    }
)
FROM_SAMPLES = msgspec.Meta(extra={"access": "sampling"})
"""The mark of a part of a record that needs samples of the model."""
FROM_LOGPROBS = msgspec.Meta(extra={"access": "logprobs"})
"""The mark of a part of a record that needs log-probabilities."""


def allows(access: AccessLevel, level: AccessLevel) -> bool:
    """Whether an access to a model includes a level."""
    return LEVELS.index(access) >= LEVELS.index(level)


def access_problem(metric: str, level: AccessLevel, access: AccessLevel) -> str | None:
    """Return the sentence why an access does not give a metric, which needs a level; None where it does."""
    if allows(access, level):
        return None
    return f"The metric {metric} needs {_WORDS[level]}, and the models gave {_WORDS[access]} alone."


def least(accesses: Iterable[AccessLevel]) -> AccessLevel:
    """Return the least of some accesses: all that models with them have in common."""
    return min(accesses, key=LEVELS.index, default="white_box")


def part_level(annotation: Any) -> AccessLevel:
    """Return the access that a part of a record needs: the highest mark on its type, or inside of it."""
    marks = [meta.extra for meta in getattr(annotation, "__metadata__", ()) if isinstance(meta, msgspec.Meta)]
    levels = [mark["access"] for mark in marks if mark and "access" in mark]
    inner = [part_level(argument) for argument in get_args(annotation) if not isinstance(argument, msgspec.Meta)]
    return max((*levels, *inner), key=LEVELS.index, default="black_box")


@cache
def record_at(record: Any, access: AccessLevel) -> Any:
    """Return the type of a record as an access gives it: null in each part that needs more."""
    hints = get_type_hints(record, include_extras=True)
    changes = {name: _part_at(hints[name], access) for name in record.__struct_fields__}
    if all(changes[name] is hints[name] for name in changes):
        return record
    return msgspec.defstruct(
        record.__name__, [*changes.items()], bases=(record,), frozen=True, forbid_unknown_fields=True
    )


def _part_at(annotation: Any, access: AccessLevel) -> Any:
    if not allows(access, part_level(annotation)):
        return type(None)
    is_record = isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)
    return record_at(annotation, access) if is_record else annotation


def without_rest(record: Any, access: AccessLevel) -> Any:
    """Return a record with null in each part that needs more than an access."""
    whole: Any = type(record)
    kind = record_at(whole, access)
    if kind is whole:
        return record
    hints = get_type_hints(kind, include_extras=True)
    values = {name: getattr(record, name) for name in record.__struct_fields__}
    return kind(**{name: _value_at(hints[name], value, access) for name, value in values.items()})


def _value_at(annotation: Any, value: Any, access: AccessLevel) -> Any:
    if annotation is type(None):
        return None
    return without_rest(value, access) if isinstance(value, msgspec.Struct) else value
