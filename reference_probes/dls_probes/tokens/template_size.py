"""How large a value of a chat template is, and whether an operation could make one of any size."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import prod
from typing import Any

from jinja2.utils import Namespace

from dls.errors import DlsError

GROWTH = frozenset(
    {"replace", "join", "translate", "expandtabs", "center", "ljust", "rjust", "zfill", "to_bytes", "hex", "format"}
    | {"format_map", "round", "indent", "batch", "slice", "tojson", "wordwrap", "truncate"}
)
"""Methods and filters whose result may be as large as the product of their arguments."""
_FORMATS = frozenset({"format", "format_map"})
_WIDTH = re.compile(r"\d{5}")  # in a format: a result of any size
_WIDTH_ARGUMENT = re.compile(r"%[^%\s]*\*|\{[^{}]+\{")  # in a format: an argument gives the width
_ELEMENT = 8  # characters as which an element of a collection counts
_EXCESS = 50  # how far the product of an operation's arguments may exceed the largest size; few results are products
_BITS = 4096  # of an integer in an operation
_ATTRIBUTES = "_Namespace__attrs"  # of a namespace, which hides all other ways to them


class TemplateTooLong(DlsError):  # noqa: N818  the name says the finding
    """A chat template takes too many steps, or makes a text that is too long."""

    def __init__(self, bound: str) -> None:
        super().__init__(
            f"the chat template {bound}, far more than a conversation needs; choose the plain prompt format (--plain), "
            "or correct the template"
        )


def expect_size(size: int, limit: int) -> None:
    """Raise TemplateTooLong where a value has more characters than the limit."""
    if size > limit:
        raise TemplateTooLong(f"makes a text of more than {limit:,} characters")


def measures(value: Any, limit: int) -> tuple[int, int]:
    """Return the characters of a value, eight for each element of a collection, and its largest integer.

    The elements within elements are among them. A value that holds itself, or many times the same, goes beyond the
    limit.

    Raises:
        TemplateTooLong: the value has more characters than the limit.

    """
    size, largest, pending = 0, 0, [value]
    while pending:
        part = pending.pop()
        size += _ELEMENT
        if isinstance(part, int):
            largest = max(largest, abs(part))
        elif isinstance(part, str | bytes):
            size += len(part)
        elif isinstance(part, range):
            size += _ELEMENT * len(part)
        else:
            pending += _elements(part)
        expect_size(size + len(pending), limit)
    return size, largest


def _elements(value: Any) -> Iterable[Any]:
    """Return the elements of a collection, none of other values; an iterator would be empty afterwards."""
    if isinstance(value, Namespace):
        return [getattr(value, _ATTRIBUTES)]
    if isinstance(value, Mapping):
        return [*value, *value.values()]
    return value if isinstance(value, Collection) else ()


def expect_moderate(name: str, arguments: Sequence[Any], limit: int) -> None:
    """Refuse arguments of a method or filter among `GROWTH` that could make a value of any size.

    Raises:
        TemplateTooLong: they could.

    """
    text = arguments[0]
    if name in _FORMATS and isinstance(text, str):
        if _WIDTH.search(text):
            raise TemplateTooLong("writes a number with ten thousand places or more")
        if not _WIDTH_ARGUMENT.search(text):
            return
    parts = [text, *arguments[2:]] if name == "replace" else arguments
    expect_size(prod(max(1, *measures(part, limit)) for part in parts) // _EXCESS, limit)


def expect_short_integers(operator: str, left: Any, right: Any) -> None:
    """Raise TemplateTooLong where an operation makes an integer that takes long to compute with."""
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * (abs(right) if operator == "**" else 1) + right.bit_length()
        if bits > _BITS:
            raise TemplateTooLong(f"computes with integers of more than {_BITS} bits")
