"""The gaps of a statement, and an answer in the place of one: no other character of the file changes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dls.document.reader import Document, contents, parse
from dls.document.texts import texts_in
from dls.errors import DlsError, UnreadableDocument
from dls.evidence.files import replace_file
from dls.standard.form import violations
from dls.standard.numbers import GAP

_KEY = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w.-]+)\s*:\s*""")
_LONGEST = 4000  # characters of a gap's text


class Gap(NamedTuple):
    """A text that a person has still to write: its place, the question, and the part of the statement around it."""

    pointer: str
    question: str
    about: str


def gaps_of(document: Document) -> list[Gap]:
    """Return the gaps of a document, in its order."""
    return [
        Gap(pointer, text.partition(GAP)[2].strip(": ") or pointer.rpartition("/")[2], _about(document.value, pointer))
        for pointer, text in texts_in(document.value)
        if GAP in text
    ]


def _about(value: Any, pointer: str) -> str:
    """Return the claim, or the dimension and metric, that the entry around a gap is about."""
    for token in pointer.split("/")[1:-1]:
        value = value[int(token)] if isinstance(value, list) else value[token.replace("~1", "/").replace("~0", "~")]
    members = (value.get(name) for name in ("claim", "dimension", "metric")) if isinstance(value, dict) else ()
    return " ".join(member for member in members if isinstance(member, str))


def fill_gap(path: Path, gap: Gap, answer: str) -> str | None:
    """Write an answer in the place of a gap; return why the statement's form does not allow it, None where it does.

    Raises:
        DlsError: the file changed meanwhile, or cannot be written.
    """
    data = contents(path)
    document = parse(data, str(path))
    if GAP not in (document.source(gap.pointer) or ""):
        raise DlsError(f"{path}: {gap.pointer} is no gap any more; start `dls fill` again")
    wanted, text = _with(document.value, gap.pointer.split("/")[1:], answer), data.decode("utf-8-sig")
    for end in _ends(text, start := _start(text, document, gap.pointer)):
        content = f"{text[:start]}{json.dumps(answer, ensure_ascii=False)}{text[end:]}".encode()
        result = _parsed(content, path)
        if result is not None and result.value == wanted:
            breaches = violations(result, "statement")
            if problem := next((entry.message for entry in breaches if entry.pointer == gap.pointer), None):
                return problem
            replace_file(path, content)
            return None
    raise DlsError(f"{path}: the gap at {gap.pointer} stands in a form that `dls fill` does not write; edit the file")


def _parsed(content: bytes, path: Path) -> Document | None:
    try:
        return parse(content, str(path))
    except UnreadableDocument:
        return None


def _with(value: Any, tokens: list[str], answer: str) -> Any:
    """Return a JSON value with another text at a pointer."""
    if not tokens:
        return answer
    token = tokens[0].replace("~1", "/").replace("~0", "~")
    members = value.items() if isinstance(value, dict) else enumerate(value)
    entries = {name: _with(part, tokens[1:], answer) if str(name) == token else part for name, part in members}
    return entries if isinstance(value, dict) else list(entries.values())


def _start(text: str, document: Document, pointer: str) -> int:
    """Return the index of a scalar's first character: the node's place is that of its key, where it has one."""
    line, column = document.position(pointer)
    place = sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1
    key = None if pointer.rpartition("/")[2].isdecimal() else _KEY.match(text, place)
    return key.end() if key else place


def _ends(text: str, start: int) -> Iterator[int]:
    """Yield the indices at which the scalar may end, the nearest first; a reader of the result decides."""
    quote = text[start : start + 1] if text[start : start + 1] in ('"', "'") else ""
    for index in range(start + 1, min(len(text), start + _LONGEST) + 1):
        is_end = (
            text[index - 1] == quote and index > start + 1 if quote else text[index : index + 1] in ("", *"\n\r,}]")
        )
        if is_end:
            yield index
