"""A document's violations of its schema, piece by piece.

An engine lists all errors of a value at once, each with a copy of the value. So a large document is looked at in
pieces: an engine sees a piece that holds errors without the pieces below it, and counts come before all else.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

from dls.document.engines import SchemaEngineName, engines_in_use
from dls.document.reader import Document
from dls.finding import Violation, escape_token
from dls.standard.schema_engines import SchemaEngine, schema_engine
from dls.standard.schemas import Kind, schema
from dls.standard.wording import PRIORITY, missing_choice, missing_member, unknown_member, wrong_value

_Path = tuple[str | int, ...]
_Extent = Literal["whole", "counts", "own"]
_COUNTS = ("type", "minItems", "maxItems", "minProperties", "maxProperties")
_MEMBERS = ("properties", "patternProperties")
_MOST_UNKNOWN = 101  # members that an engine is shown; a report names a hundred
_SHORT = 100  # characters of a text that a condition of a schema may ask for


def violations(document: Document, kind: Kind) -> Iterator[Violation]:
    """Yield each violation of a document against the schema of its kind, in words, in the order of the document.

    The first ones cost no more than the last: you may stop at any.
    """
    if not _engine(kind, (), "whole").is_valid(document.value):
        yield from _violations(document, kind, (), document.value, "")


def _violations(document: Document, kind: Kind, path: _Path, value: Any, pointer: str) -> Iterator[Violation]:
    """Yield the violations of a value that breaks the part of a schema at a path."""
    path, node = _target(kind, path)
    if not isinstance(value, (dict, list)):
        names = [error.keyword for error in _engine(kind, path, "whole").errors(value)]
        keyword = min(names, key=PRIORITY.index)
        yield wrong_value(pointer, node, keyword, value, document.source(pointer))
        return
    stub: Any = dict.fromkeys(value) if isinstance(value, dict) else [None] * len(value)
    counts = [error.keyword for error in _engine(kind, path, "counts").errors(stub)]
    if counts:
        yield wrong_value(pointer, node, min(counts, key=PRIORITY.index), value, None)
        return
    yield from _own_violations(kind, path, value, pointer)
    for name, child, place in _children(path, node, value):
        if not _engine(kind, place, "whole").is_valid(child):
            token = escape_token(name) if isinstance(name, str) else name
            yield from _violations(document, kind, place, child, f"{pointer}/{token}")


def _own_violations(kind: Kind, path: _Path, value: Any, pointer: str) -> Iterator[Violation]:
    """Yield the violations of a mapping or list itself. A misspelt member is one, and its right name is not missing."""
    node = _at(kind, path)
    errors = list(_engine(kind, path, "own").errors(_outline(node, value)))
    unknown = [name for error in errors if error.keyword == "additionalProperties" for name in error.members]
    slips = [unknown_member(pointer, node, name) for name in unknown]
    intentions = {near for _, near in slips}
    for error in errors:
        if error.keyword == "required":
            yield from (missing_member(pointer, node, name) for name in error.members if name not in intentions)
        elif error.keyword == "anyOf":
            yield missing_choice(pointer, value, error.options)
        elif error.keyword != "additionalProperties":
            yield wrong_value(pointer, node, error.keyword, value, None)
    yield from (violation for violation, _ in slips)


def _outline(node: dict[str, Any], value: Any) -> Any:
    """Return a mapping with its short texts alone and few unknown members; a list as it is, since it was counted."""
    if isinstance(value, list):
        return value
    names = node.get("properties", {})
    unknown = [name for name in value if name not in names]
    members = [name for name in value if name in names] + unknown[:_MOST_UNKNOWN]
    return {name: part if isinstance(part := value[name], str) and len(part) <= _SHORT else None for name in members}


def _children(path: _Path, node: dict[str, Any], value: Any) -> Iterator[tuple[str | int, Any, _Path]]:
    """Yield name, value and part of the schema of each member or entry that the schema describes."""
    if isinstance(value, list):
        if "items" in node:
            yield from ((index, entry, (*path, "items")) for index, entry in enumerate(value))
        return
    names, patterns = node.get("properties", {}), node.get("patternProperties", {})
    for name, member in value.items():
        if name in names:
            yield name, member, (*path, "properties", name)
        else:
            for pattern in patterns:
                if re.search(pattern, name):
                    yield name, member, (*path, "patternProperties", pattern)


def _target(kind: Kind, path: _Path) -> tuple[_Path, dict[str, Any]]:
    """Return the part of a schema that decides: behind references, and behind the choice of null or a value."""
    node = _at(kind, path)
    if "$ref" in node:
        return _target(kind, tuple(node["$ref"].removeprefix("#/").split("/")))
    options = node.get("anyOf", ())
    if {"type": "null"} in options:
        return _target(kind, (*path, "anyOf", next(i for i, option in enumerate(options) if "$ref" in option)))
    return path, node


def _engine(kind: Kind, path: _Path, extent: _Extent) -> SchemaEngine:
    """Return the engine for a part of a schema: the whole of it, its counts alone, or all but counts and pieces."""
    return _engine_of(engines_in_use().schema, kind, path, extent)


@cache
def _engine_of(name: SchemaEngineName, kind: Kind, path: _Path, extent: _Extent) -> SchemaEngine:
    node = _at(kind, path)
    if extent == "counts":
        node = {name: node[name] for name in _COUNTS if name in node}
    elif extent == "own":
        node = {
            name: dict.fromkeys(rule, True) if name in _MEMBERS else rule
            for name, rule in node.items()
            if name not in (*_COUNTS, "items")
        }
    return schema_engine(name, {**node, "$defs": schema(kind)["$defs"]})


@cache
def _at(kind: Kind, path: _Path) -> dict[str, Any]:
    node: Any = schema(kind)
    for token in path:
        node = node[token]
    part: dict[str, Any] = node
    return part
