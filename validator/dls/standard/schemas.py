"""The JSON Schemas: find them, compile them once, and describe violations in words. Nothing is ever fetched."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import msgspec

from dls.document.reader import Document
from dls.finding import Violation, escape_token
from dls.standard.numbers import VERSION

Kind = Literal["statement", "scenario", "evidence", "reproduction"]

VERSION_KEYS: dict[str, Kind] = {
    "dls_version": "statement",
    "dls_scenario": "scenario",
    "dls_evidence": "evidence",
    "dls_reproduction": "reproduction",
}
_PACKAGE = Path(__file__).parents[1]
_EXCERPT = 60  # characters of a value in a message
_NAMES = {
    dict: "a mapping",
    list: "a list",
    str: "text",
    bool: "true or false",
    type(None): "nothing",
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


def schema_folder() -> Path:
    """Return the folder of the schemas of this version: inside the wheel, or in the checkout of an editable install."""
    wheel = _PACKAGE / "_schema"
    return (wheel if wheel.is_dir() else _PACKAGE.parents[1] / "schema") / VERSION


def kind_of(value: Any) -> Kind | None:
    """Return a document's kind by its version key; None where it has none of the four keys."""
    keys = value if isinstance(value, dict) else {}
    return next((kind for key, kind in VERSION_KEYS.items() if key in keys), None)


@cache
def schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of a kind of document."""
    return msgspec.json.decode((schema_folder() / f"{kind}.schema.json").read_bytes(), type=dict[str, Any])


@cache
def _validator(kind: Kind) -> Any:
    return jsonschema_rs.Draft202012Validator(schema(kind))


def violations(document: Document, kind: Kind) -> Iterator[Violation]:
    """Yield each violation of a document against the schema of its kind, in words."""
    root = schema(kind)
    for error in _validator(kind).iter_errors(document.value):
        pointer = "".join(f"/{escape_token(str(token))}" for token in error.instance_path)
        if error.kind.name == "additionalProperties":
            yield from _unknown_members(pointer, root, error)
        elif error.kind.name == "propertyNames":
            name = error.kind.error.instance
            yield Violation(
                f"{pointer}/{escape_token(name)}",
                f"a member may not be named {_quoted(name)} here{_meaning(root, error)}",
            )
        else:
            value = _value_text(error.instance, document.source(pointer))
            yield Violation(pointer, f"{_requirement(root, error, value)}{_meaning(root, error)}")


def _unknown_members(pointer: str, root: dict[str, Any], error: Any) -> Iterator[Violation]:
    from difflib import get_close_matches

    names = list(_at(root, error.schema_path[:-1]).get("properties", ()))
    for name in error.kind.unexpected:
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(names)}"
        yield Violation(f"{pointer}/{escape_token(name)}", f"unknown member {_quoted(name)}; {hint}")


def _requirement(root: dict[str, Any], error: Any, value: str) -> str:
    keyword, limit = error.kind.name, getattr(error.kind, "limit", None)
    if keyword == "required":
        return f"member '{error.kind.property}' is missing"
    if keyword == "type":
        return f"found {value}, wanted {' or '.join(_TYPES[name] for name in error.kind.types)}"
    if keyword == "enum":
        return f"found {value}, wanted one of {', '.join(_json(option) for option in error.kind.options)}"
    if keyword == "const":
        return f"found {value}, wanted {_json(error.kind.expected_value)}"
    if keyword == "anyOf":
        return f"found {value}, wanted {_alternatives(root, error)}"
    return f"found {value}, wanted {_BOUNDS[keyword].format(limit)}" if keyword in _BOUNDS else f"found {value}"


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
    "uniqueItems": "no entry twice",
}


def _alternatives(root: dict[str, Any], error: Any) -> str:
    options = _at(root, error.schema_path)
    names = [name for option in options for name in option.get("required", ())]
    if names:
        return f"one of the members {', '.join(names)}"
    return "null or the following"


def _meaning(root: dict[str, Any], error: Any) -> str:
    """Return the schema's description of the place: of the property or of its definition."""
    home = _at(root, error.schema_path[:-1])
    if error.kind.name == "required":
        home = home.get("properties", {}).get(error.kind.property, {})
    text = home.get("description", "") if isinstance(home, dict) else ""
    if not text:
        return ""
    first = text[0].lower() if text[1:2].islower() or text[1:2] == " " else text[0]
    return f": {first}{text[1:].removesuffix('.')}"


def _at(root: Any, path: list[str | int]) -> Any:
    for token in path:
        root = root[token]
    return root


def _value_text(value: Any, source: str | None) -> str:
    if isinstance(value, (dict, list)):
        return _NAMES[type(value)]
    return f"{_NAMES[type(value)]} {_quoted(value if source is None else source)}" if value is not None else "nothing"


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else _json(value)
    return f"'{text if len(text) <= _EXCERPT else text[:_EXCERPT] + '…'}'"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
