"""The form of a class of the standard for pydantic: built from the same annotations that msgspec reads."""

import json
import types
import typing
from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from pydantic import GetCoreSchemaHandler, JsonValue
from pydantic_core import CoreSchema, core_schema

_STRICT = core_schema.CoreConfig(strict=True, allow_inf_nan=False)


def form_of(kind: type[msgspec.Struct], handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return the form of a class: its members, strict and closed, from a mapping or from an object of the class.

    An object is looked at again, member by member, because its constructor looks at nothing.
    """
    hints = get_type_hints(kind)
    fields = {
        field.name: core_schema.typed_dict_field(_form(hints[field.name], handler), required=field.required)
        for field in msgspec.structs.fields(kind)
    }
    members = core_schema.typed_dict_schema(fields, cls=kind, extra_behavior="forbid", config=_STRICT)
    value = core_schema.no_info_after_validator_function(lambda mapping: kind(**mapping), members)
    return core_schema.no_info_before_validator_function(
        _members,
        value,
        ref=f"{kind.__module__}.{kind.__qualname__}:{id(kind)}",
        serialization=core_schema.plain_serializer_function_ser_schema(msgspec.to_builtins),
    )


def _members(value: Any) -> Any:
    """Return the members of an object that differ from their defaults; anything else as it is."""
    if not isinstance(value, msgspec.Struct):
        return value
    members = {field.name: (getattr(value, field.name), field) for field in msgspec.structs.fields(value)}
    return {name: member for name, (member, field) in members.items() if field.required or member != _default(field)}


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()


def _form(hint: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return the form of an annotation. To JSON Schema 1.0 is an integer, and a list stands for a tuple."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is int:
        return core_schema.no_info_before_validator_function(_whole, core_schema.int_schema(strict=True))
    if hint is Any:
        return core_schema.no_info_after_validator_function(_finite, handler.generate_schema(JsonValue))
    if origin is tuple:
        return core_schema.tuple_schema([_form(arguments[0], handler)], variadic_item_index=0, strict=False)
    if origin in (dict, Mapping):
        return core_schema.dict_schema(*(_form(argument, handler) for argument in arguments))
    if origin in (typing.Union, types.UnionType):
        options = [_form(argument, handler) for argument in arguments if argument is not type(None)]
        inner = options[0] if len(options) == 1 else core_schema.union_schema([*options])
        return core_schema.nullable_schema(inner)
    return handler.generate_schema(hint)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _finite(value: Any) -> Any:
    """Return a JSON value without NaN and infinity, which no document holds."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        raise ValueError("a JSON value, without NaN and infinity") from None
    return value
