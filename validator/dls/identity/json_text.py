"""JSON as transformers reads and writes it: with Python's literals for infinities, and members of the last saving."""

import json
import math
from typing import Any, NamedTuple

from dls.canonical import canonical_json, sha256_hex

REWRITTEN = ("_commit_hash", "_name_or_path", "transformers_version")
"""The members of a file that saving a model again rewrites; no answer follows from them."""
LONGEST_VALUE = 1 << 20
"""A longer file is compared by its bytes: in bytes. Such files hold vocabularies."""

_STAND_IN = "dls_number"


class JsonText(NamedTuple):
    """A JSON value, the keys of its objects at any depth, and whether an object names a member twice."""

    value: Any
    keys: frozenset[str]
    has_duplicates: bool


def parse_json(data: bytes) -> JsonText:
    """Return the JSON value of UTF-8 bytes; of a member that stands twice the last counts, as in Python.

    Raises:
        ValueError: the bytes are no JSON, are nested too deep, or hold a number with too many digits.
    """
    keys: set[str] = set()
    duplicates: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        keys.update(value)
        if len(value) < len(pairs):
            duplicates.append("")
        return value

    try:
        value = json.loads(data.decode(), object_pairs_hook=members)
    except RecursionError as error:
        raise ValueError("its values are nested too deep") from error
    return JsonText(value, frozenset(keys), bool(duplicates))


def value_sha256(data: bytes) -> str | None:
    """Return the digest of a file's JSON object without the members that saving again rewrites.

    It is the SHA-256 of the RFC 8785 form. A number that JSON does not have is written as the object
    ``{"dls_number": "Infinity"}``, with ``-Infinity`` and ``NaN``.

    Returns:
        None where only the bytes can be compared: the file is no JSON object or longer than 1 MiB, a member stands
        twice, no double holds an integer, or a text is no Unicode.
    """
    if len(data) > LONGEST_VALUE:
        return None
    try:
        text = parse_json(data)
        if not isinstance(text.value, dict) or text.has_duplicates or _STAND_IN in text.keys:
            return None
        value = {name: member for name, member in text.value.items() if name not in REWRITTEN}
        return sha256_hex(canonical_json(_with_stand_ins(value)))
    except (ValueError, OverflowError, RecursionError):  # rfc8785's error is a ValueError
        return None


def _with_stand_ins(value: Any) -> Any:
    """Return a value of numbers that RFC 8785 can write.

    Raises:
        ValueError: no double holds an integer.
        OverflowError: an integer is larger than every double.
    """
    if isinstance(value, dict):
        return {name: _with_stand_ins(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_stand_ins(member) for member in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {_STAND_IN: "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, int) and not isinstance(value, bool) and float(value) != value:
        raise ValueError(value)
    return float(value) if isinstance(value, int) and abs(value) >= 1 << 53 else value
