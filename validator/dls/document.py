"""Read YAML and JSON alike: YAML 1.2 core types, the source text of every scalar, the place of every node."""

import re
import stat
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml

from dls.errors import DlsError

MAX_BYTES = 8 << 20
MAX_DEPTH = 64
MAX_INTEGER = (1 << 53) - 1  # the largest that every JSON reader keeps exact

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER_STARTS = frozenset("+-.0123456789")
_STARTS = _NUMBER_STARTS | frozenset("tTfFnNiI")  # of whatever is a number, true, false or not finite
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED_INTEGER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(?:nan|inf|infinity)", re.IGNORECASE)
_SURROGATE_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_FOREIGN_BREAK = re.compile("[\x85\u2028\u2029]")
_DIGITS_SHOWN = 40


class UnreadableDocument(DlsError):  # noqa: N818 - it is named by what it says
    """A file cannot be read as a document; carries the path and, where there is one, the place (from 1)."""

    def __init__(self, path: str, problem: str, line: int | None = None, column: int | None = None) -> None:
        place = "" if line is None else f":{line}:{column}"
        super().__init__(f"{path}{place}: {problem}")
        self.path = path
        self.problem = problem
        self.line = line
        self.column = column


class Node(NamedTuple):
    """The place of a value: its key's first character, or its own where it has no key; both numbers from 1."""

    line: int
    column: int
    source: str | None  # a scalar's text without its quotes; None for a mapping or sequence
    children: "dict[str, Node] | list[Node] | None"


class Document(NamedTuple):
    """A document's JSON value together with the place and source text of each of its nodes."""

    path: str
    value: Any
    root: Node

    def node(self, pointer: str) -> tuple[Node, bool]:
        """Return the node at a JSON pointer, or its nearest existing ancestor, and whether it is the node itself."""
        node = self.root
        for token in pointer.split("/")[1:]:
            child = _child(node, token.replace("~1", "/").replace("~0", "~") if "~" in token else token)
            if child is None:
                return node, False
            node = child
        return node, True

    def position(self, pointer: str) -> tuple[int, int]:
        """Return line and column (from 1) of a JSON pointer, or of its nearest existing ancestor."""
        node, _ = self.node(pointer)
        return node.line, node.column

    def source(self, pointer: str) -> str | None:
        """Return the text of the scalar at a JSON pointer as it was written, without quotes; None where there is none."""
        node, found = self.node(pointer)
        return node.source if found else None


def read(path: str | Path) -> Document:
    """Read one document from a regular file of at most 8 MiB.

    Raises:
        UnreadableDocument: the file cannot be opened, is no regular file, or is no document (see `parse`).
    """
    return parse(contents(path), str(path))


def contents(path: str | Path) -> bytes:
    """Return the bytes of a regular file, at most one more than a document may have.

    Raises:
        UnreadableDocument: the file cannot be opened, or is no regular file.
    """
    name = str(path)
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise UnreadableDocument(name, "is not a regular file; name a YAML or JSON file")
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableDocument(name, f"cannot be opened: {reason}") from None


def parse(data: bytes, path: str) -> Document:
    """Read one document from the bytes of a YAML or JSON file; `path` is only for messages.

    Raises:
        UnreadableDocument: more than 8 MiB or 64 levels; not UTF-8, not YAML; a duplicate key; a key that is no
            string; NaN or an infinity; an integer beyond 2^53 − 1; an anchor, alias, merge key or tag; a second document.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(path, f"is larger than {MAX_BYTES >> 20} MiB; move bulk data into evidence records")
    text = _decoded(data, path)
    try:
        return _compose(text, path)
    except yaml.YAMLError as error:
        repaired = _SURROGATE_PAIR.sub(_joined, text)
        if repaired != text:  # JSON writes characters beyond U+FFFF as two escapes, which YAML does not know
            return parse(repaired.encode(), path)
        raise _syntax_error(error, path) from None


def _decoded(data: bytes, path: str) -> str:
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


def _joined(pair: re.Match[str]) -> str:
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _syntax_error(error: yaml.YAMLError, path: str) -> UnreadableDocument:
    problem = (
        getattr(error, "problem", None) or getattr(error, "reason", None) or "it holds a character that YAML forbids"
    )
    if "nesting depth" in problem:  # the parser's own limit, which it may reach first: it reads ahead
        problem = f"nesting is deeper than {MAX_DEPTH} levels; flatten it"
    context = getattr(error, "context", None)
    text = " ".join(f"{context + ': ' if context else ''}{problem}".split())
    mark = getattr(error, "problem_mark", None)
    place = (mark.line + 1, mark.column + 1) if mark else (None, None)
    hint = "; put quotes around text that holds ': '" if "mapping values" in text else ""
    return UnreadableDocument(path, f"is not readable as YAML or JSON: {text}{hint}", *place)


def _child(node: Node, token: str) -> Node | None:
    children = node.children
    if isinstance(children, dict):
        return children.get(token)
    if children and token.isdecimal() and token.isascii() and len(token) < _DIGITS_SHOWN and int(token) < len(children):
        return children[int(token)]
    return None


def _compose(text: str, path: str) -> Document:
    reader = _Reader(text, path)
    try:
        return Document(path, *reader.document())
    finally:
        reader.dispose()


class _Reader:
    """Makes the value and the places of one document from the parser's events, refusing what this format has not."""

    def __init__(self, text: str, path: str) -> None:
        self._loader = _LOADER(text)
        self._next = self._loader.get_event
        self._path = path
        self._names: set[str] = set()  # plain keys that are text; most come again and again

    def dispose(self) -> None:
        self._loader.dispose()

    def document(self) -> tuple[Any, Node]:
        self._next()  # the stream's start
        if type(self._next()) is yaml.StreamEndEvent:
            raise UnreadableDocument(self._path, "is empty; start from `dls init`", 1, 1)
        first = self._next()
        value, root = self._node(first, first, 1)
        self._next()  # the document's end
        after = self._next()
        if type(after) is not yaml.StreamEndEvent:
            self._refuse(after, "a second document starts here; keep one document in a file")
        return value, root

    def _node(self, event: Any, place: Any, depth: int) -> tuple[Any, Node]:
        """Return the value and node that start with an event; `place` is the event of the key, where there is one."""
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
            self._refuse_reference(event)
        mark = place.start_mark
        if kind is yaml.ScalarEvent:
            text = event.value
            value = self._scalar(event, text) if event.implicit[0] else text
            return value, Node(mark.line + 1, mark.column + 1, text, None)
        if depth > MAX_DEPTH:
            self._refuse(event, f"nesting is deeper than {MAX_DEPTH} levels; flatten it")
        value, children = (self._mapping if kind is yaml.MappingStartEvent else self._sequence)(depth + 1)
        return value, Node(mark.line + 1, mark.column + 1, None, children)

    def _sequence(self, depth: int) -> tuple[list[Any], list[Node]]:
        values: list[Any] = []
        places: list[Node] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            value, place = self._node(event, event, depth)
            values.append(value)
            places.append(place)
        return values, places

    def _mapping(self, depth: int) -> tuple[dict[str, Any], dict[str, Node]]:
        members: dict[str, Any] = {}
        places: dict[str, Node] = {}
        while type(key := self._next()) is not yaml.MappingEndEvent:
            name = self._key(key)
            if name in members:
                self._refuse(key, f"key '{_shown(name)}' is a duplicate of line {places[name].line}; keep one of them")
            members[name], places[name] = self._node(self._next(), key, depth)
        return members, places

    def _key(self, event: Any) -> str:
        if type(event) is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
            self._refuse_reference(event)
        if type(event) is not yaml.ScalarEvent:
            self._refuse(event, "a key must be text, not a list or a mapping")
        name: str = event.value
        if name in self._names or not event.implicit[0]:
            return name
        if name == "<<":
            self._refuse(event, "merge key '<<' is not allowed; write the members out")
        if not isinstance(self._scalar(event, name), str):
            self._refuse(event, f"key '{_shown(name)}' is not text; put it in quotes")
        self._names.add(name)
        return name

    def _scalar(self, event: Any, text: str) -> Any:
        """Resolve a plain scalar by the YAML 1.2 core schema."""
        if text in _NULL:
            return None
        if text[0] not in _STARTS:  # most are words
            return text
        if text in _BOOLEAN:
            return _BOOLEAN[text]
        if _NOT_FINITE.fullmatch(text):
            self._refuse(event, f"'{text}' is not a finite number; leave the value out, or put the text in quotes")
        return self._number(event, text) if text[0] in _NUMBER_STARTS else text

    def _refuse_reference(self, event: Any) -> NoReturn:
        if type(event) is yaml.AliasEvent:
            self._refuse(event, f"alias '*{_shown(event.anchor)}' is not allowed; write the value out")
        if event.anchor is not None:
            self._refuse(
                event, f"anchor '&{_shown(event.anchor)}' is not allowed; write the value out where it is used"
            )
        self._refuse(event, f"tag '{_shown(event.tag)}' is not allowed; write the plain value")

    def _refuse(self, event: Any, problem: str) -> NoReturn:
        mark = event.start_mark
        raise UnreadableDocument(self._path, problem, mark.line + 1, mark.column + 1)

    def _number(self, event: Any, text: str) -> Any:
        if _INTEGER.fullmatch(text):
            digits = text.lstrip("+-").lstrip("0")
            number = int(text) if len(digits) <= len(str(MAX_INTEGER)) else MAX_INTEGER + 1
        elif _BASED_INTEGER.fullmatch(text):
            number = int(text, 0)
        elif _FLOAT.fullmatch(text):
            value = float(text)
            if value in (float("inf"), float("-inf")):
                self._refuse(
                    event, f"'{_shown(text)}' reads as a number too large to hold; put it in quotes if it is text"
                )
            return value
        else:
            return text
        if abs(number) > MAX_INTEGER:
            self._refuse(
                event,
                f"integer '{_shown(text)}' is beyond 2^53 - 1 and would be rounded; put it in quotes if it is text",
            )
        return number


def _shown(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= _DIGITS_SHOWN else text[:_DIGITS_SHOWN] + "…"
