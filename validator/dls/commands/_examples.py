"""The examples on a rule's page: the conformance documents, cut to the part that matters."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from dls.card.marks import is_card_name
from dls.document.reader import Document, Node, UnreadableDocument, contents, read
from dls.standard.specification import spec_folder

_MAX_LINES = 24  # of an excerpt


class Excerpt(NamedTuple):
    """A part of a conformance document, and the findings on it."""

    name: str
    first_line: int
    text: str
    pointers: tuple[str, ...]


@cache
def conformance_suite() -> dict[str, Any]:
    """Return the conformance suite: its documents with the findings on each."""
    suite: dict[str, Any] = json.loads((spec_folder() / "conformance" / "expected.json").read_bytes())
    return suite


def failing_excerpts(code: str) -> Iterator[Excerpt]:
    """Yield the failing documents of a rule, each cut to the part that breaks it; equal parts come once."""
    by_text: dict[str, Excerpt] = {}
    for excerpt in _all_failing_excerpts(code):
        by_text.setdefault(excerpt.text, excerpt)
    yield from by_text.values()


def _all_failing_excerpts(code: str) -> Iterator[Excerpt]:
    suite = conformance_suite()
    for name, findings in suite["fail"].items():
        if findings[0]["code"] == code:
            yield _excerpt(name, findings)
    for case in suite["reader"]:
        of_rule = [finding for finding in case["findings"] if finding["code"] == code]
        if of_rule:
            yield _excerpt(case["document"], of_rule)
        elif any(finding["code"] == code for finding in case.get("waiver_findings", ())):
            yield _excerpt(case["waivers"], case["waiver_findings"])


def passing_excerpt(code: str) -> Excerpt:
    """Return a part of a passing document that the rule examines."""
    place = conformance_suite()["good"][code]
    line = _document(_path(place["document"])).position(place["pointer"])[0]
    return _excerpt(place["document"], [{"pointer": place["pointer"], "line": line}])


def _path(name: str) -> Path:
    return spec_folder() / "conformance" / "documents" / name


def _document(path: Path) -> Document:
    """Return a document of the suite, or a card of it."""
    if not is_card_name(path.name):
        return read(path)
    from dls.card.expected import card_document  # start-up: the rules of cards alone need it
    from dls.card.splice import read_parts

    return card_document(read_parts(contents(path), str(path)))


def _excerpt(name: str, findings: list[dict[str, Any]]) -> Excerpt:
    path = _path(name)
    lines = path.read_text(encoding="utf-8").splitlines()
    pointers = tuple(finding["pointer"] for finding in findings)
    try:
        first, last = _span(_document(path), pointers[0], len(lines))
    except UnreadableDocument:
        first, last = max(1, findings[0]["line"] - 3), findings[0]["line"] + 3
    last = min(last, max(first + _MAX_LINES, findings[0]["line"] + 1))
    return Excerpt(name, first, "\n".join(lines[first - 1 : last]), pointers)


def _part(pointer: str) -> str:
    """Return the pointer of the part of a document that is shown around a place: a top member, or an entry of one."""
    names = pointer.split("/")[1:]
    return "".join(f"/{name}" for name in names[: 2 if len(names) > 1 and names[1].isdecimal() else 1])


def _span(document: Document, pointer: str, length: int) -> tuple[int, int]:
    """Return the first and last line of the part around a place, in a document of ``length`` lines."""
    part = _part(pointer)
    first = document.position(part)[0]
    last = max(_lines(document.node(part)[0]))
    next_part = min((line for line in _starts(document.root) if line > max(first, last)), default=length + 1)
    return first, next_part - 1


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
