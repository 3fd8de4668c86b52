"""The two engines of JSON Schema, whose errors are put in the same form."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from dls.document.engines import SchemaEngineName, missing_engine
from dls.standard.rust_engine import import_rust_engine

jsonschema_rs = import_rust_engine()


class SchemaError(msgspec.Struct, frozen=True):
    """An error of a value itself, none of its parts.

    Attributes:
        keyword: that the value breaks. members: the names that the schema lacks (`additionalProperties`), or the value
        (`required`). options: the parts of the schema of which the value follows none (`anyOf`).

    """

    keyword: str
    members: tuple[str, ...] = ()
    options: tuple[dict[str, Any], ...] = ()


class SchemaEngine(msgspec.Struct, frozen=True):
    """A schema that is ready for use: whether a value follows it, and all errors of a value."""

    is_valid: Callable[[Any], bool]
    errors: Callable[[Any], Iterator[SchemaError]]


def schema_engine(name: SchemaEngineName, schema: dict[str, Any]) -> SchemaEngine:
    """Return an engine for a schema of draft 2020-12, which refers to no other document."""
    return _of_rust(schema) if name == "jsonschema-rs" else _of_python(schema)


def _of_rust(schema: dict[str, Any]) -> SchemaEngine:
    validator = jsonschema_rs.Draft202012Validator(schema)

    def errors(value: Any) -> Iterator[SchemaError]:
        for error in validator.iter_errors(value):
            kind: Any = error.kind
            if kind.name == "additionalProperties":
                yield SchemaError(kind.name, tuple(kind.unexpected))
            elif kind.name == "required":
                yield SchemaError(kind.name, (kind.property,))
            elif kind.name == "anyOf":
                yield SchemaError(kind.name, options=tuple(_part(schema, error.schema_path)))
            else:
                yield SchemaError(kind.name)

    return SchemaEngine(validator.is_valid, errors)


def _part(node: Any, path: list[str | int]) -> Any:
    for token in path:
        node = node[token]
    return node


def _of_python(schema: dict[str, Any]) -> SchemaEngine:
    try:
        from jsonschema import Draft202012Validator
    except ModuleNotFoundError as error:
        raise missing_engine("jsonschema") from error

    # version 4.17 joins references to the schema's id, and cannot join anything to a URN
    validator = Draft202012Validator({name: part for name, part in schema.items() if name != "$id"})

    def errors(value: Any) -> Iterator[SchemaError]:
        required: set[str] = set()  # the engine has an error for each missing member, and does not name it
        for error in validator.iter_errors(value):
            keyword = str(error.validator)
            if keyword == "additionalProperties":
                yield SchemaError(keyword, tuple(_additional(error.schema, error.instance)))
            elif keyword == "required":
                missing = [
                    name for name in error.validator_value if name not in error.instance and name not in required
                ]
                required.update(missing)
                yield from (SchemaError(keyword, (name,)) for name in missing)
            elif keyword == "anyOf":
                yield SchemaError(keyword, options=tuple(error.validator_value))
            else:
                yield SchemaError(keyword)

    return SchemaEngine(validator.is_valid, errors)


def _additional(schema: Any, value: dict[str, Any]) -> Iterator[str]:
    patterns = schema.get("patternProperties", ())
    for name in value:
        if name not in schema.get("properties", ()) and not any(re.search(pattern, name) for pattern in patterns):
            yield name
