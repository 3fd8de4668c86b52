"""What every object of the standard is: closed and immutable; None stands for a member that is absent."""

from typing import Any, TypeVar

import msgspec


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A closed, immutable object of the standard."""


_Kind = TypeVar("_Kind", bound=Frozen)


def frozen(value: Any, kind: type[_Kind]) -> _Kind:
    """Return a document's JSON value, which must follow its schema, as a frozen value.

    Raises:
        msgspec.ValidationError: the value does not follow the schema.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return msgspec.convert(value, kind, strict=False)  # to JSON Schema 1.0 is an integer
