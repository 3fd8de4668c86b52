"""The front matter of a card as YAML: its value, and the place of each member.

ruamel.yaml reads it, since it names the position of each character. Values are those of the YAML 1.2 core schema.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from dls.card.layout import CardText, Span
from dls.document.node import Node
from dls.document.reader import Document
from dls.document.yaml_parser import parser_in_use

KEY = "dls"
"""The member of a front matter that points to a statement."""

MOST_CHARACTERS = 1 << 20
MAX_DEPTH = 64
_TOO_DEEP = f"the front matter is nested deeper than {MAX_DEPTH} levels; flatten it"
MAX_VALUES = 50_000


class FrontMatter(NamedTuple):
    """A front matter: its document, and where its members lie in the card's text.

    ``first`` is the position of the first member's key, None where there is no member. ``pointer`` spans the member
    `dls` from its key to the end of its value. ``flow`` is the position behind the last value of a front matter that is
    written in braces, or behind the brace that opens one without members; None for one that is not.
    """

    document: Document
    first: int | None = None
    pointer: Span | None = None
    flow: int | None = None

    @property
    def members(self) -> dict[str, Any]:
        """The value."""
        return self.document.value if isinstance(self.document.value, dict) else {}


@lru_cache(maxsize=8)  # a splice reads the card before and after itself, and the parser is slow
def read_front_matter(card: CardText) -> FrontMatter:
    """Read a card's front matter; one that is not there has no members.

    Raises:
        UnreadableDocument: it is no YAML mapping, or holds a tag, two equal keys, a key that is no text, an alias of a
            value inside of itself, more than 64 levels, 50,000 values or 1 MiB.
    """
    root = _composed(card)
    if root is None:
        return FrontMatter(Document(card.path, {}, Node(1, 1, None, {})))
    value, node = _Converter(card).convert(root, root, 1)
    document = Document(card.path, value, node)
    start = card.yaml.start if card.yaml else 0
    if not isinstance(value, dict):
        card.refuse(start + root.start_mark.index, "the front matter is no mapping; write NAME: VALUE in each line")
    pairs = root.value
    pointer = next((_pair_span(start, *pair) for pair in pairs if pair[0].value == KEY), None)
    flow = None
    if root.flow_style:
        flow = start + (_last(pairs[-1][1]) if pairs else root.start_mark.index + 1)
    return FrontMatter(document, start + pairs[0][0].start_mark.index if pairs else None, pointer, flow)


def _engine() -> Any:
    from ruamel.yaml import YAML  # start-up: cards alone need it

    return YAML(pure=True)


def _composed(card: CardText) -> Any:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # start-up: cards alone need it

    if card.yaml is None:
        return None
    start, end = card.yaml
    if end - start > MOST_CHARACTERS:
        card.refuse(start, f"the front matter has more than {MOST_CHARACTERS:,} characters; move data into files")
    text = card.text[start:end]
    _refuse_deep(card, text)
    try:
        if "!" in text:
            _refuse_tags(card, text)
        return _engine().compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context or error).split())
        card.refuse(
            min(start + (mark.index if mark else 0), end), f"the front matter is no YAML: {problem}; correct it"
        )
    except (YAMLError, ValueError) as error:
        card.refuse(start, f"the front matter is no YAML: {' '.join(str(error).split())[:200]}; correct it")
    except RecursionError:
        card.refuse(start, _TOO_DEEP)


def _refuse_deep(card: CardText, text: str) -> None:
    """Refuse too many levels before ruamel meets them, which takes quadratic time over open brackets."""
    parser = parser_in_use()
    depth, start = 0, card.yaml.start if card.yaml else 0
    next_event, dispose = parser.start(text)
    try:
        while not isinstance(event := next_event(), parser.events.StreamEndEvent):
            is_start = isinstance(event, parser.events.CollectionStartEvent)
            depth += is_start - isinstance(event, parser.events.CollectionEndEvent)
            if depth > MAX_DEPTH:
                card.refuse(start + event.start_mark.index, _TOO_DEEP)
    except parser.error as error:
        if "nesting depth" in str(error):  # the parser reads ahead and may reach a limit of its own first
            card.refuse(start, _TOO_DEEP)
    finally:
        dispose()


def _refuse_tags(card: CardText, text: str) -> None:
    for event in _engine().parse(text):
        if getattr(event, "tag", None) is not None:
            position = (card.yaml.start if card.yaml else 0) + event.start_mark.index
            card.refuse(position, "a YAML tag stands here, which few readers know; remove it")


def _pair_span(start: int, key: Any, value: Any) -> Span:
    return Span(start + key.start_mark.index, start + _last(value))


def _last(node: Any) -> int:
    """Return the position behind the last character of a value; a block mapping's own end lies behind its comments."""
    from ruamel.yaml.nodes import MappingNode, ScalarNode  # start-up: cards alone need it

    if isinstance(node, ScalarNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _last(last[1] if isinstance(node, MappingNode) else last)


class _Converter:
    """From ruamel's nodes to a value and the place of each of its parts, in the lines of the card."""

    def __init__(self, card: CardText) -> None:
        self._card = card
        self._start = card.yaml.start if card.yaml else 0
        self._lines = card.line(self._start) - 1  # before the front matter
        self._count = 0
        self._open: set[int] = set()

    def convert(self, node: Any, place: Any, depth: int) -> tuple[Any, Node]:
        """Return the value of a node, and its place: that of its key, where it has one."""
        self._count += 1
        if self._count > MAX_VALUES or depth > MAX_DEPTH:
            limit = f"{MAX_VALUES:,} values" if self._count > MAX_VALUES else f"{MAX_DEPTH} levels"
            self._refuse(node, f"the front matter has more than {limit}; move data into files")
        if id(node) in self._open:
            self._refuse(node, "a value holds an alias of itself; write the value out")
        line, column = place.start_mark.line + 1 + self._lines, place.start_mark.column + 1
        if isinstance(node.value, str):
            return _scalar(node), Node(line, column, node.value, None)
        self._open.add(id(node))
        value, children = (self._mapping if node.tag.endswith(":map") else self._sequence)(node, depth + 1)
        self._open.remove(id(node))
        return value, Node(line, column, None, children)

    def _mapping(self, node: Any, depth: int) -> tuple[dict[str, Any], dict[str, Node]]:
        members: dict[str, Any] = {}
        places: dict[str, Node] = {}
        for key, child in node.value:
            if not isinstance(key.value, str):
                self._refuse(key, "a key is no text; write a name before ':'")
            if key.value in members:
                first = places[key.value].line
                self._refuse(key, f"key '{key.value[:60]}' is a duplicate of line {first}; keep one of them")
            members[key.value], places[key.value] = self.convert(child, key, depth)
        return members, places

    def _sequence(self, node: Any, depth: int) -> tuple[list[Any], list[Node]]:
        pairs = [self.convert(child, child, depth) for child in node.value]
        return [value for value, _ in pairs], [place for _, place in pairs]

    def _refuse(self, node: Any, problem: str) -> None:
        self._card.refuse(self._start + node.start_mark.index, problem)


def _scalar(node: Any) -> Any:
    """Return a scalar's value by its resolved tag; a number beyond the core schema stays a text."""
    if node.style in ("'", '"', "|", ">"):
        return node.value
    from dls.document.scalars import scalar_value

    try:
        return scalar_value(node.value)
    except ValueError:
        return node.value
