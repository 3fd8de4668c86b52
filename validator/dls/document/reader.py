"""Read YAML or JSON: the core types of YAML 1.2, the source text of each scalar, the place of each node."""

import os
import re
import stat
from pathlib import Path
from typing import Any

import msgspec

from dls.document.alteration import is_lfs_pointer
from dls.document.composer import compose
from dls.document.node import Node
from dls.document.source_line import marked_line
from dls.document.yaml_parser import parser_in_use
from dls.errors import UnreadableDocument

__all__ = ["MAX_BYTES", "Document", "Node", "UnreadableDocument", "contents", "parse", "read"]

MAX_BYTES = 8 << 20
_NO_STREAM = "is a stream, which has no folder in which evidence could lie; save it to a file and name that"

_ESCAPE = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|[\s\S])")
_JSON_TOKENS = re.compile(
    r"""(?:[\s{}\[\],:]++|[-+.eE0-9]++|true|false|null|(?<![^\s{\[,:])"(?:[^"\\]++|\\[\s\S])*+")*+"""
)
_FOREIGN_BREAK = re.compile("[\x85\u2028\u2029]")


class Document(msgspec.Struct, frozen=True):
    """A document's JSON value together with the place and source text of each of its nodes."""

    path: str
    value: Any
    root: Node
    size: int = 0  # the number of its values
    cuts: tuple[tuple[Node, str], ...] = ()  # texts without quotes that a comment ends, and the comment

    def node(self, pointer: str) -> tuple[Node, bool]:
        """Return the node at a JSON pointer and True, or its nearest existing ancestor and False."""
        return self.root.at(pointer)

    def position(self, pointer: str) -> tuple[int, int]:
        """Return line and column (from 1) of a JSON pointer, or of its nearest existing ancestor."""
        node, _ = self.root.at(pointer)
        return node.line, node.column

    def source(self, pointer: str) -> str | None:
        """Return the source text of the scalar at a JSON pointer, without quotes; None where there is no scalar."""
        node, exists = self.root.at(pointer)
        return node.source if exists else None


def read(path: str | Path) -> Document:
    """Read one document from a regular file of at most 8 MiB.

    Raises:
        UnreadableDocument: the file cannot be opened, is not a regular file, or is not a document (see `parse`).
    """
    return parse(contents(path), str(path))


def contents(path: str | Path) -> bytes:
    """Return the bytes of a regular file, at most one byte more than a document may have.

    Raises:
        UnreadableDocument: the file cannot be opened, or is not a regular file.
    """
    name = str(path)
    if name == "-":
        raise UnreadableDocument(name, _NO_STREAM)
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path takes as long as reading the file
        if not stat.S_ISREG(status.st_mode):
            kind = _NO_STREAM if stat.S_ISFIFO(status.st_mode) else "is not a regular file; name a YAML or JSON file"
            raise UnreadableDocument(name, kind)
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(min(status.st_size, MAX_BYTES) + 1)  # memory for 8 MiB takes longer than most files
            return data if len(data) == status.st_size else data + file.read(MAX_BYTES + 1 - len(data))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableDocument(name, f"cannot be opened: {reason}") from None


def parse(data: bytes, path: str) -> Document:
    """Read one document from the bytes of a YAML or JSON file; `path` is only for messages.

    Raises:
        UnreadableDocument: more than 8 MiB, 64 levels or 250,000 values; not UTF-8, not YAML; a duplicate key; a key
            that is no string; NaN or an infinity; an integer beyond 2^53 − 1; an anchor, alias, merge key or tag; a
            second document.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(path, f"is larger than {MAX_BYTES >> 20} MiB; move bulk data into evidence records")
    text = _utf8_text(data, path)
    if is_lfs_pointer(data):
        problem = "is a pointer of Git LFS, not the file; run `git lfs pull`"
        raise _with_line(UnreadableDocument(path, problem, 1, 1), text)
    parser = parser_in_use()
    try:
        return Document(path, *compose(text, path, parser))
    except parser.error as error:
        if (rewrite := _with_single_escapes(text)) != text:
            return parse(rewrite.encode(), path)
        from dls.document.syntax import syntax_fault  # start-up: on the failing path alone

        problem, place = syntax_fault(error, text, parser)
        raise _with_line(UnreadableDocument(path, problem, *place), text) from None
    except UnreadableDocument as refusal:
        raise _with_line(refusal, text) from None


def _with_line(problem: UnreadableDocument, text: str) -> UnreadableDocument:
    """Return a problem with the line of its place."""
    if problem.line is None or problem.column is None:
        return problem
    excerpt = marked_line(text, problem.line, problem.column)
    return UnreadableDocument(problem.path, problem.problem, problem.line, problem.column, excerpt)


def _utf8_text(data: bytes, path: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        problem = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise UnreadableDocument(path, problem, line, column) from None
    if foreign := _FOREIGN_BREAK.search(text):
        line = text.count("\n", 0, foreign.start()) + 1
        column = foreign.start() - text.rfind("\n", 0, foreign.start())
        raise UnreadableDocument(
            path, f"holds the raw character U+{ord(foreign[0]):04X}; write it as an escape", line, column
        )
    return text


def _with_single_escapes(text: str) -> str:
    """Return a text with one escape for each character beyond U+FFFF, for which JSON writes two that YAML lacks.

    Only what is JSON is rewritten, up to the first token of YAML alone: a text in single quotes stays as it is.
    """
    match = _JSON_TOKENS.match(text)
    end = match.end() if match and text.lstrip()[:1] in ("{", "[", '"') else 0
    return _ESCAPE.sub(_single_escape, text[:end]) + text[end:]


def _single_escape(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return escape[0]
    high, low = int(escape[1], 16), int(escape[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"
