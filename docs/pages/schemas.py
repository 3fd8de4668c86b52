"""The pages of the JSON Schemas, and the fields in the pages of the specification."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

from pages.markdown import Pages, table

ROOT = Path(__file__).parents[2]
KINDS = ("statement", "scenario", "evidence", "reproduction")
WIDTH = 120
_BLOCK = re.compile(r"(<!-- fields (\w+)#(\S*) -->\n)(.*?)(<!-- /fields -->)", re.DOTALL)


def schema(kind: str) -> dict[str, Any]:
    """Return one of the four schemas."""
    content: dict[str, Any] = json.loads((ROOT / "schema" / "1.0" / f"{kind}.schema.json").read_text())
    return content


def at(kind: str, pointer: str) -> Any:
    """Return the value at a pointer of a schema; `KeyError` if there is none."""
    value: Any = schema(kind)
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def fields(kind: str, pointer: str) -> str:
    """Return an object's members: name, whether it is required, type and meaning.

    They are a table, or a list when a row of the table would be wider than a page.
    """
    part = at(kind, pointer)
    required = part.get("required", ())
    rows = [
        (f"`{name}`", "yes" if name in required else "", _type(member), member["description"])
        for name, member in part["properties"].items()
    ]
    text = table(("member", "required", "type", "meaning"), rows)
    if all(len(line) <= WIDTH for line in _plain(text).splitlines()):
        return text
    return "".join(_list_item(*row) for row in rows)


def _list_item(name: str, required: str, content: str, meaning: str) -> str:
    text = f"- {name} ({'required; ' if required else ''}{content}): {meaning}"
    return textwrap.fill(text, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) + "\n"


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
        return " or ".join(_type(branch) for branch in member["anyOf"])
    names = member["type"]
    return names if isinstance(names, str) else " or ".join(names)


def _name(member: dict[str, Any]) -> str:
    return str(member["$ref"]).rpartition("/")[2]


def _plain(text: str) -> str:
    return re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", text)


def filled(text: str) -> str:
    """Return a page of the specification with its fields made again."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{_plain(fields(block[2], block[3]))}\n{block[5]}", text)


def schema_pages() -> Pages:
    """Yield one page for each schema."""
    yield "schema/index.md", "# Schemas\n\n" + "\n".join(f"- [{kind}]({kind}.md)" for kind in KINDS) + "\n"
    for kind in KINDS:
        content = schema(kind)
        parts = [f"# Schema: {kind}\n\n{content['description']}\n\n`{content['$id']}`\n", fields(kind, "")]
        for name, part in content["$defs"].items():
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
