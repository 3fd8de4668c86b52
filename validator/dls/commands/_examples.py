"""The examples on a rule's page: the conformance documents, cut to the part that matters."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from dls.document.reader import Document, Node, UnreadableDocument, read
from dls.standard.specification import spec_folder

_LONGEST = 24  # lines of an excerpt


class Excerpt(NamedTuple):
    """A part of a conformance document, and the findings on it."""

    name: str
    first_line: int
    text: str
    pointers: tuple[str, ...]


@cache
def conformance_suite() -> dict[str, Any]:
    """Return what the conformance suite expects."""
    found: dict[str, Any] = json.loads((spec_folder() / "conformance" / "expected.json").read_bytes())
    return found


def failing_excerpts(code: str) -> Iterator[Excerpt]:
    """Yield the failing documents of a rule, each cut to what breaks it; what looks the same is shown once."""
    shown: dict[str, Excerpt] = {}
    for example in _bad(code):
        shown.setdefault(example.text, example)
    yield from shown.values()


def _bad(code: str) -> Iterator[Excerpt]:
    suite = conformance_suite()
    for name, findings in suite["fail"].items():
        if findings[0]["code"] == code:
            yield _excerpt(name, findings)
    for case in suite["reader"]:
        own = [finding for finding in case["findings"] if finding["code"] == code]
        if own:
            yield _excerpt(case["document"], own)
        elif any(finding["code"] == code for finding in case.get("waiver_findings", ())):
            yield _excerpt(case["waivers"], case["waiver_findings"])


def passing_excerpt(code: str) -> Excerpt:
    """Return a part of a passing document that the rule looks at and finds right."""
    chosen = conformance_suite()["good"][code]
    line = read(_path(chosen["document"])).position(chosen["pointer"])[0]
    return _excerpt(chosen["document"], [{"pointer": chosen["pointer"], "line": line}])


def _path(name: str) -> Path:
    return spec_folder() / "conformance" / "documents" / name


def _excerpt(name: str, findings: list[dict[str, Any]]) -> Excerpt:
    path = _path(name)
    lines = path.read_text(encoding="utf-8").splitlines()
    pointers = tuple(finding["pointer"] for finding in findings)
    try:
        first, last = _span(read(path), pointers[0], len(lines))
    except UnreadableDocument:
        first, last = max(1, findings[0]["line"] - 3), findings[0]["line"] + 3
    last = min(last, max(first + _LONGEST, findings[0]["line"] + 1))
    return Excerpt(name, first, "\n".join(lines[first - 1 : last]), pointers)


def _part(pointer: str) -> str:
    """Return the pointer of the part of a document that is shown around a place: a top member, or an entry of one."""
    names = pointer.split("/")[1:]
    return "".join(f"/{name}" for name in names[: 2 if len(names) > 1 and names[1].isdecimal() else 1])


def _span(document: Document, pointer: str, length: int) -> tuple[int, int]:
    part = _part(pointer)
    first = document.position(part)[0]
    after = sorted(line for line in _starts(document.root) if line > first)
    inside = document.node(part)[0]
    last = max(_lines(inside))
    following = next((line for line in after if line > last), length + 1)
    return first, following - 1


def _starts(root: Node) -> Iterator[int]:
    children = root.children.values() if isinstance(root.children, dict) else root.children or ()
    for child in children:
        yield child.line
        if isinstance(child.children, list):
            yield from (entry.line for entry in child.children)


def _lines(node: Node) -> Iterator[int]:
    yield node.line
    children = node.children.values() if isinstance(node.children, dict) else node.children or ()
    for child in children:
        yield from _lines(child)
