"""The pages of the JSON Schemas, and the field tables of the specification."""

import json
import re
from pathlib import Path
from typing import Any

from pages.markdown import Pages, table

ROOT = Path(__file__).parents[2]
KINDS = ("statement", "scenario", "evidence", "reproduction")
_BLOCK = re.compile(r"(<!-- fields (\w+)#(\S*) -->\n)(.*?)(<!-- /fields -->)", re.DOTALL)


def schema(kind: str) -> dict[str, Any]:
    """Return one of the four schemas."""
    found: dict[str, Any] = json.loads((ROOT / "schema" / "1.0" / f"{kind}.schema.json").read_text())
    return found


def at(kind: str, pointer: str) -> Any:
    """Return what stands at a pointer of a schema; `KeyError` where nothing does."""
    value: Any = schema(kind)
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def fields(kind: str, pointer: str) -> str:
    """Return the table of an object's members: name, whether it is required, what it holds, what it means."""
    part = at(kind, pointer)
    required = part.get("required", ())
    rows = (
        (f"`{name}`", "yes" if name in required else "", _type(member), member["description"])
        for name, member in part["properties"].items()
    )
    return table(("member", "required", "holds", "meaning"), rows)


def _type(member: dict[str, Any]) -> str:
    if "$ref" in member:
        return f"[{_name(member)}](#{_name(member)})"
    if member.get("type") == "array":
        return f"list of {_type(member['items'])}"
    if "enum" in member:
        return " · ".join(f"`{json.dumps(value).strip(chr(34))}`" for value in member["enum"])
    if "const" in member:
        return f'`"{member["const"]}"`'
    if "anyOf" in member:
        return " or ".join(_type(one) for one in member["anyOf"])
    found = member["type"]
    return found if isinstance(found, str) else " or ".join(found)


def _name(member: dict[str, Any]) -> str:
    return str(member["$ref"]).rpartition("/")[2]


def _plain(text: str) -> str:
    return re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", text)


def filled(text: str) -> str:
    """Return a page of the specification with its field tables made again."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{_plain(fields(block[2], block[3]))}\n{block[5]}", text)


def schema_pages() -> Pages:
    """Yield one page for each schema."""
    yield "schema/index.md", "# Schemas\n\n" + "\n".join(f"- [{kind}]({kind}.md)" for kind in KINDS) + "\n"
    for kind in KINDS:
        whole = schema(kind)
        parts = [f"# Schema: {kind}\n\n{whole['description']}\n\n`{whole['$id']}`\n", fields(kind, "")]
        for name, part in whole["$defs"].items():
            body = (
                fields(kind, f"/$defs/{name}")
                if "properties" in part
                else f"{_type(part)}{_bounds(part)} · example: `{json.dumps(part['examples'][0])}`\n"
            )
            parts.append(f"## {name}\n\n{part['description']}\n\n{body}")
        yield f"schema/{kind}.md", "\n".join(parts)


def _bounds(part: dict[str, Any]) -> str:
    names = ("minimum", "maximum", "minLength", "maxLength", "pattern")
    return "".join(f" · {name} `{part[name]}`" for name in names if name in part)
