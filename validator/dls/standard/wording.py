"""A violation of a schema in words: the value, the requirement with its meaning, and how to mend it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dls.finding import Violation, escape_token
from dls.standard.mending import advice_on, nearest

_EXCERPT = 80  # characters of a value in a message; a digest with a prefix is shorter
_NAMES = {
    dict: "a mapping",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "boolean": "true or false",
    "null": "null",
    "integer": "a whole number",
    "number": "a number",
}
_BOUNDS = {
    "minLength": "at least {} character",
    "maxLength": "at most {} characters",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    "minProperties": "at least {} member",
    "maxProperties": "at most {} members",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
}
PRIORITY = ("type", "const", "enum", "pattern", *_BOUNDS, "uniqueItems")
"""The keywords, the one that explains most first."""


def wrong_value(pointer: str, node: dict[str, Any], keyword: str, value: Any, source: str | None) -> Violation:
    """Return the violation of a keyword by a value.

    Args:
        pointer: the place of the value.
        node: the part of the schema.
        keyword: the keyword of it that the value breaks.
        value: any JSON value.
        source: the text of the value in the document; None for a mapping or a list.
    """
    size = f" of {len(value)}" if isinstance(value, (dict, list)) and keyword in _BOUNDS else ""
    if isinstance(value, str) and keyword in ("minLength", "maxLength"):
        size = f" of {len(value)} characters"
    message = f"found {_value_text(value, source)}{size}{_requirement(node, keyword)}{advice_on(node, value)}"
    return Violation(pointer, message)


def missing_member(pointer: str, node: dict[str, Any], name: str) -> Violation:
    """Return the violation at a mapping that lacks a member."""
    member = node.get("properties", {}).get(name, {})
    example = f"{name}: {_json(member['examples'][0])}" if member.get("examples") else ""
    advice = f"; add it, as in {example}" if example and len(example) <= _EXCERPT else ""
    return Violation(f"{pointer}/{escape_token(name)}", f"member '{name}' is missing{_meaning(member)}{advice}")


def unknown_member(pointer: str, node: dict[str, Any], name: str) -> tuple[Violation, str | None]:
    """Return the violation of a member that the schema does not have, and the name that was most likely meant."""
    names = list(node.get("properties", ()))
    near = nearest(name, names)
    patterns = list(node.get("patternProperties", {}).values())
    if near:
        hint = f"did you mean '{near}'?"
    elif patterns:
        hint = f"wanted {_lower(patterns[0].get('description', 'another name')).removesuffix('.')}"
    else:
        hint = f"known here: {', '.join(names)}"
    return Violation(f"{pointer}/{escape_token(name)}", f"unknown member {_quoted(name)}; {hint}"), near


def missing_choice(pointer: str, value: Any, options: Sequence[dict[str, Any]]) -> Violation:
    """Return the violation at a mapping that holds none of some alternative members."""
    names = [name for option in options for name in option.get("required", ())]
    return Violation(pointer, f"found {_value_text(value, None)}, wanted one of the members {', '.join(names)}")


def _requirement(node: dict[str, Any], keyword: str) -> str:
    limit = node.get(keyword)
    if keyword == "type":
        types = (limit,) if isinstance(limit, str) else limit or ()
        return f", wanted {' or '.join(_TYPES[name] for name in types)}{_meaning(node)}"
    if keyword == "enum":
        return f", wanted one of {', '.join(_json(option) for option in limit or ())}{_meaning(node)}"
    if keyword == "const":
        return f", wanted {_json(limit)}{_meaning(node)}"
    if keyword == "uniqueItems":
        return f", wanted no entry twice{_meaning(node)}"
    if keyword in _BOUNDS:
        return f", wanted {_BOUNDS[keyword].format(limit)}{_meaning(node)}"
    return f", wanted {_lower(node.get('description', 'another form')).removesuffix('.')}"


def _meaning(node: dict[str, Any]) -> str:
    """Return the description of a part of a schema, as the end of a sentence."""
    text = node.get("description", "")
    return f": {_lower(text).removesuffix('.')}" if text else ""


def _lower(text: str) -> str:
    """Return a sentence with a small first letter, unless its first word is an abbreviation."""
    return text[0].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _value_text(value: Any, source: str | None) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list)):
        return _NAMES[type(value)]
    return f"{_NAMES[type(value)]} {_quoted(value if source is None else source)}"


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else _json(value)
    return f"'{text if len(text) <= _EXCERPT else text[:_EXCERPT] + '…'}'"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
