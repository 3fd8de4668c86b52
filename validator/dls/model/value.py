"""The base of all objects of the standard: closed and immutable; None stands for an absent member.

There is one class for each noun. msgspec converts a document on the hot path of the command. pydantic validates,
serialises and describes the same class at the door for Python, and is imported there alone.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A closed, immutable object of the standard.

    The constructor looks at no value, so that the command stays fast; `build` and `replace` look at each.
    """

    @classmethod
    def build(cls, members: Mapping[str, Any]) -> Self:
        """Return the object with these members, which are JSON values or objects of `dls.model`.

        Raises:
            DlsError: a member is missing, unknown, or has a type or value that the standard does not allow.
        """
        from dls.model.validation import validated  # start-up: loads pydantic

        return validated(dict(members), cls)

    def replace(self, **members: Any) -> Self:
        """Return a copy with other values of these members.

        Raises:
            DlsError: a member is unknown, or has a type or value that the standard does not allow.
        """
        return self.build({name: getattr(self, name) for name in self.__struct_fields__} | members)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Tell pydantic the form of the class: strict types, no unknown member."""
        from dls.model.pydantic_form import form_of  # start-up: pydantic alone asks

        return form_of(cls, handler)


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
