"""The model has the names, requiredness, closed values and types of the schema, which is written apart from it."""

import types
import typing
from collections.abc import Mapping

import jsonschema
import msgspec
import pytest
from pydantic import TypeAdapter

from dls.model import Manifest, ProfileFile, ReproductionReport, Statement
from dls.standard.schemas import schema

KINDS = {"statement": Statement, "scenario": ProfileFile, "evidence": Manifest, "reproduction": ReproductionReport}
TYPES = {"string": str, "integer": int, "number": float, "boolean": bool, "null": type(None)}


def resolve(node, root):
    while "$ref" in node:
        node = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return node


def shape_of_schema(node, root):
    node = resolve(node, root)
    if {"type": "null"} in node.get("anyOf", ()):
        (value,) = (option for option in node["anyOf"] if option != {"type": "null"})
        return shape_of_schema(value, root)
    if "anyOf" in node:
        return frozenset().union(*(as_set(shape_of_schema(option, root)) for option in node["anyOf"]))
    if "const" in node or "enum" in node:
        return frozenset(node.get("enum", [node.get("const")]))
    if isinstance(node["type"], list):
        return frozenset(TYPES[name] for name in node["type"])
    return shape_of_members(node, root)


def shape_of_members(node, root):
    if node["type"] == "array":
        return ("array", shape_of_schema(node["items"], root))
    if "properties" in node:
        requirements = set(node["required"]) if "required" in node else set()
        return {
            name: (name in requirements, shape_of_schema(inner, root)) for name, inner in node["properties"].items()
        }
    if node["type"] == "object":
        (values,) = node["patternProperties"].values()
        return ("map", shape_of_schema(values, root) if values.keys() & {"$ref", "type"} else None)
    return TYPES[node["type"]]


def as_set(shape):
    return shape if isinstance(shape, frozenset) else frozenset([shape])


def without_null(shape):
    if not isinstance(shape, frozenset):
        return shape
    rest = shape - {None, type(None)}
    return next(iter(rest)) if len(rest) == 1 and isinstance(next(iter(rest)), type) else rest


def shape_of_mapping(origin, names, values):
    """A `Mapping` with a closed set of names is an object with optional members; a `dict` is open."""
    shape = None if values is typing.Any else shape_of_model(values)
    return dict.fromkeys(typing.get_args(names), (False, shape)) if origin is Mapping else ("map", shape)


def shape_of_model(annotation):
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return frozenset(arguments)
    if origin in (typing.Union, types.UnionType):
        shapes = [shape_of_model(a) for a in arguments if a is not type(None)]
        return shapes[0] if len(shapes) == 1 else frozenset(shapes)
    if origin is tuple:
        return ("array", shape_of_model(arguments[0]))
    if origin in (dict, Mapping):
        return shape_of_mapping(origin, *arguments)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        hints = typing.get_type_hints(annotation)
        return {
            field.name: (field.required, shape_of_model(hints[field.name]))
            for field in msgspec.structs.fields(annotation)
        }
    return annotation


def assert_same_shape(from_schema, from_model, where=""):
    if isinstance(from_schema, dict):
        assert isinstance(from_model, dict), where
        assert from_schema.keys() == from_model.keys(), where
        for name, (is_required, inner) in from_schema.items():
            assert is_required == from_model[name][0], f"{where}/{name}: requiredness"
            assert_same_shape(without_null(inner), from_model[name][1], f"{where}/{name}")
    elif isinstance(from_schema, tuple):
        assert from_model[0] == from_schema[0], where
        assert_same_shape(without_null(from_schema[1]), from_model[1], f"{where}[]")
    else:
        assert from_schema == from_model, where


def shape_of_description(node, root):
    """The shape of pydantic's own schema of a class, in the terms above."""
    node = resolve(node, root)
    if "anyOf" in node:
        shapes = [shape_of_description(option, root) for option in node["anyOf"] if option != {"type": "null"}]
        return shapes[0] if len(shapes) == 1 else frozenset(shapes)
    if "const" in node or "enum" in node:
        return frozenset(node.get("enum", [node.get("const")]))
    if node.get("type") == "array":
        return ("array", shape_of_description(node["items"], root))
    if node.get("type") == "object":
        return shape_of_described_members(node, root)
    return TYPES[node["type"]] if node else None


def shape_of_described_members(node, root):
    if "properties" in node:
        names = node["properties"]
        return {name: (name in node.get("required", ()), shape_of_description(names[name], root)) for name in names}
    values = shape_of_description(node["additionalProperties"], root) if node.get("additionalProperties") else None
    names = node.get("propertyNames", {}).get("enum")
    return dict.fromkeys(names, (False, values)) if names and values is float else ("map", values)


@pytest.mark.parametrize("kind", KINDS)
def test_pydantic_describes_the_schemas_names_requiredness_closed_values_and_types(kind):
    root, description = schema(kind), TypeAdapter(KINDS[kind]).json_schema()
    assert_same_shape(shape_of_schema(root, root), shape_of_description(description, description))


@pytest.mark.parametrize("kind", KINDS)
def test_pydantic_describes_every_object_as_closed(kind):
    description = TypeAdapter(KINDS[kind]).json_schema()
    objects = [node for node in [description, *description["$defs"].values()] if "properties" in node]
    assert [node["title"] for node in objects if node.get("additionalProperties") is not False] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_model_has_the_schemas_names_requiredness_closed_values_and_types(kind):
    root = schema(kind)
    assert_same_shape(shape_of_schema(root, root), shape_of_model(KINDS[kind]))


@pytest.mark.parametrize("kind", ["statement", "scenario", "evidence", "reproduction"])
def test_every_property_and_definition_has_a_description_and_an_example(kind):
    root = schema(kind)
    objects = [root, *root["$defs"].values()]
    parts = [*root["$defs"].items(), *(pair for node in objects for pair in node.get("properties", {}).items())]
    assert [name for name, node in parts if not node.get("description")] == []
    assert [name for name, node in parts if "examples" not in node and name != "examples"] == []


def with_examples(node):
    """Every part of a schema that has examples, at any depth."""
    if isinstance(node, dict):
        if isinstance(node.get("examples"), list):
            yield node
        for name, inner in node.items():
            yield from with_examples(inner) if name != "examples" else ()
    elif isinstance(node, list):
        for inner in node:
            yield from with_examples(inner)


@pytest.mark.parametrize("kind", ["statement", "scenario", "evidence", "reproduction"])
def test_every_example_follows_its_own_part_of_the_schema(kind):
    root = schema(kind)
    wrong = [
        (node["description"], example)
        for node in with_examples(root)
        for example in node["examples"]
        if not jsonschema.Draft202012Validator({"$defs": root["$defs"], **node}).is_valid(example)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", ["statement", "scenario", "evidence", "reproduction"])
def test_every_object_is_closed(kind):
    """`propertyNames` would close it too, but engines list an error with a copy of the object for each name."""
    root = schema(kind)
    objects = [
        node for node in [root, *root["$defs"].values(), *root["properties"].values()] if node.get("type") == "object"
    ]
    assert [node["description"] for node in objects if node.get("additionalProperties") is not False] == []
    assert [value for key, value in keywords(root) if key == "propertyNames"] == []


def keywords(node):
    if isinstance(node, dict):
        for key, inner in node.items():
            if key not in ("examples", "const", "enum"):
                yield key, inner
                yield from keywords(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from keywords(inner)


@pytest.mark.parametrize("kind", ["statement", "scenario", "evidence", "reproduction"])
def test_the_schema_uses_only_features_that_all_engines_share(kind):
    pairs = list(keywords(schema(kind)))
    assert [value for key, value in pairs if key == "format" and isinstance(value, str)] == []
    patterns = [value for key, value in pairs if key == "pattern"]
    patterns += [name for key, value in pairs if key == "patternProperties" for name in value]
    assert [p for p in patterns if "\\d" in p or "\\w" in p or not p.startswith("^")] == []
    assert [value for key, value in pairs if key == "$ref" and not value.startswith("#/$defs/")] == []


@pytest.mark.parametrize("kind", ["statement", "scenario", "evidence", "reproduction"])
def test_every_pattern_is_closed_against_a_trailing_newline(kind):
    nodes = [inner for _, inner in keywords(schema(kind)) if isinstance(inner, dict) and "pattern" in inner]
    fixed_length = ("^[0-9a-f]{64}$", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")  # bounded by maxLength
    assert [
        n
        for n in nodes
        if isinstance(n["pattern"], str) and not n["pattern"].endswith("$(?!\\n)") and n["pattern"] not in fixed_length
    ] == []
    assert [n for n in nodes if isinstance(n["pattern"], str) and "maxLength" not in n] == []
    names = [name for key, value in keywords(schema(kind)) if key == "patternProperties" for name in value]
    assert [name for name in names if not name.endswith("$(?!\\n)")] == []
