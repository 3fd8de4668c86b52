"""A value of Python held to a class of the standard by pydantic, with an error that names each wrong member."""

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from dls.errors import DlsError
from dls.finding import escape_token, shortened

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_MOST = 5  # errors in a message
_ADAPTERS: dict[Any, Any] = {}  # by class; each takes a hundredth of a second to make
_Kind = TypeVar("_Kind")


def validated(value: Any, kind: type[_Kind]) -> _Kind:
    """Return a JSON value, or an object of the class, as an object whose members have the types of the class.

    Raises:
        DlsError: the value does not have the form of the class; each wrong member is named by its JSON pointer.
    """
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        rest = f"; and {len(errors) - _MOST} more" if len(errors) > _MOST else ""
        raise DlsError(f"{kind.__name__}: {'; '.join(map(_sentence, errors[:_MOST]))}{rest}") from None


def _adapter(kind: type[_Kind]) -> TypeAdapter[_Kind]:
    adapter: TypeAdapter[_Kind] | None = _ADAPTERS.get(kind)
    if adapter is None:
        adapter = _ADAPTERS[kind] = TypeAdapter(kind)
    return adapter


def _sentence(error: "ErrorDetails") -> str:
    pointer = "".join(f"/{escape_token(str(part))}" for part in error["loc"]) or "the value"
    if error["type"] == "missing":
        return f"{pointer} is missing"
    if error["type"] == "extra_forbidden":
        return f"{pointer} is no member of the standard"
    wish = re.sub("^(Input should be|Value error,|input was not) ", "", error["msg"]).partition(", unable to")[0]
    return shortened(f"{pointer} is {error['input']!r}; wanted {wish}")
