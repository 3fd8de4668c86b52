"""From a value that a schema refuses to the words that say how to mend it."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

_LONGEST_NAME = 120  # characters; a longer name is no slip of the hand, and comparing it takes long
_DIGEST = "^[0-9a-f]{64}$"
_HEX_DIGITS = 64  # of a SHA-256 digest
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_NUMBER = re.compile(r"[-+]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,3})?")
_DECIMAL_COMMA = re.compile(r"([-+]?[0-9]{1,40}),([0-9]{1,40})")
_PER_CENT = re.compile(r"([-+]?[0-9]{1,40}(?:[.,][0-9]{1,40})?) ?%")
_PREFIX = re.compile(r"(?i)sha-?256[:=-]")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})(?:[T ][0-9:.Z+-]{0,40})?")
_TRUTH = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}


def nearest(name: str, names: Sequence[str]) -> str | None:
    """Return the name that a misspelt name most likely means; None where none is close."""
    if len(name) > _LONGEST_NAME:
        return None
    from difflib import get_close_matches  # start-up: on the failing path alone

    plain = {_plain(candidate): candidate for candidate in names}
    matches = get_close_matches(_plain(name), plain, n=1)
    return plain[matches[0]] if matches else None


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


def advice_on(node: dict[str, Any], value: Any) -> str:
    """Return how to mend a value that a part of a schema refuses, as the end of a sentence; "" where nobody can say.

    Args:
        node: the part of the schema.
        value: text, a number, true, false or null.
    """
    types = node.get("type", ())
    types = (types,) if isinstance(types, str) else tuple(types)
    advice = None
    if isinstance(value, str):
        advice = _of_text(node, types, value[: 2 * _LONGEST_NAME].strip())
    elif types == ("string",) and value is not None:
        advice = "put it in quotes"
    return f"; {advice}" if advice else ""


def _of_text(node: dict[str, Any], types: tuple[str, ...], text: str) -> str | None:
    if {"number", "integer"} & set(types):
        return _as_number(text)
    if "boolean" in types:
        word = _TRUTH.get(text.casefold())
        return f"write {word}, without quotes" if word else None
    if "enum" in node:
        near = nearest(text, [option for option in node["enum"] if isinstance(option, str)])
        return f"did you mean '{near}'?" if near else None
    if node.get("pattern") == _DIGEST:
        return _as_digest(text)
    return _as_date(text) if node.get("pattern") == _DATE else None


def _as_number(text: str) -> str | None:
    if _NUMBER.fullmatch(text):
        return "take the quotes off"
    if comma := _DECIMAL_COMMA.fullmatch(text):
        return f"write a point, not a comma: {comma[1]}.{comma[2]}"
    if share := _PER_CENT.fullmatch(text):
        return f"write a share, not per cent: {as_share(share[1].replace(',', '.'))}"
    return None


def as_share(per_cent: str) -> str:
    """Return a number of per cent as a share, with all its digits: 0.9513 for 95.13."""
    try:
        return f"{Decimal(per_cent).scaleb(-2):f}"
    except InvalidOperation:
        return per_cent


def _as_digest(text: str) -> str | None:
    if (prefix := _PREFIX.match(text)) and len(text) == len(prefix[0]) + _HEX_DIGITS:
        return f"take the prefix '{prefix[0]}' off"
    if re.fullmatch("[0-9a-fA-F]{64}", text):
        return "write it in lower case"
    return f"it has {len(text)} characters, wanted {_HEX_DIGITS}" if len(text) != _HEX_DIGITS else None


def _as_date(text: str) -> str | None:
    if day := _DAY_FIRST.fullmatch(text):
        return f'write "{day[3]}-{int(day[2]):02}-{int(day[1]):02}"'
    if year := _YEAR_FIRST.fullmatch(text):
        return f'write "{year[1]}-{int(year[2]):02}-{int(year[3]):02}"'
    return None
