"""Make a document's value and places from a YAML parser's events, and refuse YAML that no document may hold."""

import unicodedata
from typing import Any, NamedTuple, NoReturn

from dls.document.node import Node
from dls.document.scalars import excerpt, scalar_value
from dls.document.yaml_parser import YamlParser
from dls.errors import UnreadableDocument

MAX_DEPTH = 64
MAX_VALUES = 250_000  # a value takes a hundred bytes of memory, even where its text is short

_TEXT_KEYS: set[str] = set()  # plain keys that are text: most occur many times, and in every document
_MOST_KEYS = 1024  # that are kept from one document to the next


class Composition(NamedTuple):
    """The JSON value of a text's one document, the place of each of its values, their number, and the texts cut short.

    `cuts` holds the place of each text without quotes that a comment ends, such as ``teacher #1``, and the comment.
    """

    value: Any
    root: Node
    size: int
    cuts: tuple[tuple[Node, str], ...]


def compose(text: str, path: str, parser: YamlParser) -> Composition:
    """Return a text's one document; `path` is only for messages.

    Raises:
        YamlParser.error: the text is no YAML.
        UnreadableDocument: the text is empty, or holds more than 64 levels or 250,000 values, a duplicate key, a key
            that is no text, an anchor, an alias, a merge key, a tag, a number that not every reader keeps exact, or a
            second document.
    """
    composer = _Composer(text, path, parser)
    try:
        return Composition(*composer.document(), composer.values, tuple(composer.cuts))
    finally:
        composer.dispose()


class _Composer:
    def __init__(self, text: str, path: str, parser: YamlParser) -> None:
        self._next, self.dispose = parser.start(text)
        self._events = events = parser.events
        self._scalar, self._alias, self._opening = events.ScalarEvent, events.AliasEvent, events.MappingStartEvent
        self._text = text
        self._has_comments = " #" in text
        self.cuts: list[tuple[Node, str]] = []
        self._path = path
        self.values = 0
        if len(_TEXT_KEYS) > _MOST_KEYS:
            _TEXT_KEYS.clear()

    def document(self) -> tuple[Any, Node]:
        self._next()  # the stream's start
        if type(self._next()) is self._events.StreamEndEvent:
            raise UnreadableDocument(self._path, "is empty; start from `dls init`", 1, 1)
        first = self._next()
        value, root = self._node(first, first, 1)
        self._next()  # the document's end
        after = self._next()
        if type(after) is not self._events.StreamEndEvent:
            self._refuse(after, "a second document starts here; keep one document in a file")
        return value, root

    def _node(self, event: Any, place: Any, depth: int) -> tuple[Any, Node]:
        """Return the value and node that start with an event; `place` is the key's event, where there is a key."""
        kind = type(event)
        if kind is self._alias or event.anchor is not None or event.tag is not None:
            self._refuse_reference(event)
        self.values += 1
        if self.values > MAX_VALUES:
            self._refuse(event, f"holds more than {MAX_VALUES} values; move bulk data into evidence records")
        mark = place.start_mark
        if kind is self._scalar:
            text = event.value
            if not event.implicit[0]:
                return text, Node(mark.line + 1, mark.column + 1, text, None)
            try:
                value = scalar_value(text)
            except ValueError as error:
                self._refuse(event, str(error))
            node = Node(mark.line + 1, mark.column + 1, text, None)
            if self._has_comments and value is text:
                self._note_cut(event, node)
            return value, node
        if depth > MAX_DEPTH:
            self._refuse(event, f"nesting is deeper than {MAX_DEPTH} levels; flatten it")
        members, children = (self._mapping if kind is self._opening else self._sequence)(depth + 1)
        return members, Node(mark.line + 1, mark.column + 1, None, children)

    def _sequence(self, depth: int) -> tuple[list[Any], list[Node]]:
        values: list[Any] = []
        places: list[Node] = []
        next_event, node, end = self._next, self._node, self._events.SequenceEndEvent
        while type(event := next_event()) is not end:
            value, place = node(event, event, depth)
            values.append(value)
            places.append(place)
        return values, places

    def _mapping(self, depth: int) -> tuple[dict[str, Any], dict[str, Node]]:
        members: dict[str, Any] = {}
        places: dict[str, Node] = {}
        next_event, node, common = self._next, self._node, _TEXT_KEYS
        scalar, end = self._scalar, self._events.MappingEndEvent
        while type(key := next_event()) is not end:
            name = key.value if type(key) is scalar else ""
            if name not in common or key.anchor is not None or key.tag is not None:
                name = self._key(key)
            if name in members:
                self._refuse(key, f"key '{excerpt(name)}' is a duplicate of line {places[name].line}; keep one of them")
            members[name], places[name] = node(next_event(), key, depth)
        return members, places

    def _key(self, event: Any) -> str:
        if type(event) is self._alias or event.anchor is not None or event.tag is not None:
            self._refuse_reference(event)
        if type(event) is not self._scalar:
            self._refuse(event, "a key must be text, not a list or a mapping")
        name: str = event.value
        if name in _TEXT_KEYS or not event.implicit[0]:
            return name
        if name == "<<":
            self._refuse(event, "merge key '<<' is not allowed; write the members out")
        if not _is_text(name):
            self._refuse(event, self._number_key(event, name))
        if name[:1].isspace():  # the plain space is none of its characters
            self._refuse(event, f"{space_name(name[0])} stands in the indentation; write spaces")
        _TEXT_KEYS.add(name)
        return name

    def _note_cut(self, event: Any, node: Node) -> None:
        """Note a comment that follows a text and holds no space after its sign, as a number of a name does."""
        end = event.end_mark.index
        if self._text.startswith(" #", end) and self._text[end + 2 : end + 3].strip():
            self.cuts.append((node, excerpt(self._text[end + 1 : end + 50].split()[0])))

    def _number_key(self, event: Any, name: str) -> str:
        """Return the problem of a key that is a number, most often the digits after a decimal comma."""
        before = self._text[max(0, event.start_mark.index - 2) : event.start_mark.index]
        if before[-1:] == "," and before[:1].isdigit() and name.isdigit():
            return f"',{excerpt(name)}' is no part of a number; write a point, not a comma: {before[0]}.{excerpt(name)}"
        return f"key '{excerpt(name)}' is not text; put it in quotes"

    def _refuse_reference(self, event: Any) -> NoReturn:
        if type(event) is self._alias:
            self._refuse(event, f"alias '*{excerpt(event.anchor)}' is not allowed; write the value out")
        if event.anchor is not None:
            self._refuse(
                event, f"anchor '&{excerpt(event.anchor)}' is not allowed; write the value out where it is used"
            )
        self._refuse(event, f"tag '{excerpt(event.tag)}' is not allowed; write the plain value")

    def _refuse(self, event: Any, problem: str) -> NoReturn:
        mark = event.start_mark
        raise UnreadableDocument(self._path, problem, mark.line + 1, mark.column + 1) from None


def space_name(character: str) -> str:
    """Return the name of a space that is not the plain one, with its code."""
    name = "tab" if character == "\t" else unicodedata.name(character, "space").lower()
    return f"a {name} (U+{ord(character):04X})"


def _is_text(plain: str) -> bool:
    try:
        return isinstance(scalar_value(plain), str)
    except ValueError:
        return False
