"""The base of all objects of the standard: closed and immutable; None stands for an absent member."""

from typing import Any, TypeVar

import msgspec


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A closed, immutable object of the standard."""


_Kind = TypeVar("_Kind", bound=Frozen)


def frozen(value: Any, kind: type[_Kind]) -> _Kind:
    """Return a document's JSON value as a frozen value; it must follow its schema.

    Raises:
        msgspec.ValidationError: the value does not follow the schema.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return msgspec.convert(value, kind, strict=False)  # to JSON Schema 1.0 is an integer
