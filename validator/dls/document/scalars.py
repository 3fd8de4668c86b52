"""The value of a plain scalar: the core schema of YAML 1.2, with numbers that all JSON readers keep exact."""

import re

MAX_INTEGER = (1 << 53) - 1  # the largest that all JSON readers keep exact

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER_STARTS = frozenset("+-.0123456789")
_STARTS = _NUMBER_STARTS | frozenset("tTfFnNiI")  # of a number, true, false, NaN and the infinities
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED_INTEGER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(?:nan|inf|infinity)", re.IGNORECASE)
_SHORT_INTEGER = 15  # characters; no integer of so few is too large
_LONG_INTEGER = 40  # digits; one of more is too large in any case
_EXCERPT = 40  # characters of a text that a message quotes


def scalar_value(text: str) -> str | int | float | bool | None:
    """Return the value of a scalar without quotes.

    Raises:
        ValueError: it is no finite number, or an integer beyond 2^53 − 1; the message says how to write it.
    """
    if text in _NULL:
        return None
    if text[0] not in _STARTS:  # most are words
        return text
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    value = _number(text) if text[0] in _NUMBER_STARTS else text
    if value is text and _NOT_FINITE.fullmatch(text):
        raise ValueError(f"'{text}' is not a finite number; leave the value out, or put the text in quotes")
    return value


def _number(text: str) -> int | float | str:
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _SHORT_INTEGER else _checked_integer(text, _integer(text))
    if _FLOAT.fullmatch(text):
        return _finite(text)
    return _checked_integer(text, int(text, 0)) if _BASED_INTEGER.fullmatch(text) else text


def _integer(text: str) -> int:
    digits = text.lstrip("+-0")
    if len(digits) > _LONG_INTEGER:  # `int` would take quadratic time
        return MAX_INTEGER + 1
    return int(digits or "0") * (-1 if text[0] == "-" else 1)


def _checked_integer(text: str, number: int) -> int:
    if abs(number) > MAX_INTEGER:
        raise ValueError(
            f"integer '{excerpt(text)}' is beyond 2^53 - 1 and would be rounded; put it in quotes if it is text"
        )
    return number


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"'{excerpt(text)}' reads as a number too large to hold; put it in quotes if it is text")
    return value


def excerpt(text: str | None) -> str:
    """Return the start of a text that a message quotes."""
    text = text or ""
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
