"""The schemas in draft-07, for editors that read nothing newer; `python -m dls.standard.draft07` writes them."""

from pathlib import Path
from typing import Any

import msgspec

from dls.standard.schemas import VERSION_KEYS, Kind, schema, schema_folder

_DRAFT = "http://json-schema.org/draft-07/schema#"


def draft07_schema(kind: Kind) -> dict[str, Any]:
    """Return a schema in draft-07; it accepts the same documents."""
    root = _converted(schema(kind))
    assert isinstance(root, dict)
    return {**root, "$schema": _DRAFT, "$id": root["$id"].replace("/1.0/", "/1.0/draft-07/")}


def folder() -> Path:
    """Return the folder of the draft-07 copies."""
    return schema_folder() / "draft-07"


def file_bytes(kind: Kind) -> bytes:
    """Return the bytes of the file of a draft-07 copy."""
    return msgspec.json.format(msgspec.json.encode(draft07_schema(kind)), indent=1) + b"\n"


def _converted(node: Any) -> Any:
    if isinstance(node, list):
        return [_converted(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    members = {("definitions" if name == "$defs" else name): _member(name, value) for name, value in node.items()}
    reference = members.pop("$ref", None)
    if reference is None:
        return members
    target = {"$ref": reference.replace("#/$defs/", "#/definitions/")}
    return {**members, "allOf": [target]} if members else target  # draft-07 ignores the members beside $ref


def _member(name: str, value: Any) -> Any:
    if name in ("properties", "patternProperties", "$defs"):  # names of the document, not of the schema
        return {inner: _converted(inner_schema) for inner, inner_schema in value.items()}
    return value if name in ("examples", "const", "enum", "required") else _converted(value)


if __name__ == "__main__":
    folder().mkdir(exist_ok=True)
    for name in VERSION_KEYS.values():
        (folder() / f"{name}.schema.json").write_bytes(file_bytes(name))
