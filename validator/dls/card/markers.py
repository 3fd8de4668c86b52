"""The marked section of a card: two comments, each on a line of its own, and the text between them.

`<!-- dls:begin pointer=line breaks=1 picture=losses.svg -->` opens it. Its members tell `--remove` how the card was:

- `pointer`: the key `dls` was added as a `line`, with the whole front matter as a `block`, or stood in the `card`;
- `breaks`: the line breaks that were added before the section, or `card` where both markers stood in the card;
- `picture`: the file that the section shows.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote, unquote

from dls.card.layout import BREAK, CardText, Span

END = "<!-- dls:end -->"
_MARK = re.compile(r"[ \t]*<!--[ \t]*dls:(?:begin|end)\b[^\r\n]*")
_BEGIN = re.compile(r"<!-- dls:begin((?: [a-z]+=[^ \r\n]*)*) -->")
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_VALUES = {"pointer": re.compile("line|block|card"), "breaks": re.compile("[0-2]|card"), "picture": re.compile(".+")}


class Section(NamedTuple):
    """The marked section of a card: from its first marker to the end of the second one's line, without the break."""

    span: Span
    members: Mapping[str, str]
    content: Span


def begin(members: Mapping[str, str]) -> str:
    """Return the marker that opens a section."""
    words = (f" {name}={quote(value, safe='/.').replace('--', '-%2D')}" for name, value in members.items())
    return f"<!-- dls:begin{''.join(words)} -->"


def find_section(card: CardText) -> Section | None:
    """Return the marked section of a card; None where it has none.

    Raises:
        UnreadableDocument: a marker is malformed, without the other, twice, or part of another block of Markdown.
    """
    marks = list(_marks(card))
    if not marks:
        return None
    _refuse_inner_marks(card, marks)
    first, *rest = marks
    opening = _BEGIN.fullmatch(card.text, *first)
    if opening is None:
        is_end = card.text[first.start : first.end] == END
        problem = "no 'dls:begin' stands before this marker" if is_end else "the marker is not `dls attach`'s own"
        card.refuse(first.start, f"{problem}; remove it, or write `<!-- dls:begin -->` and `{END}`")
    if not rest:
        card.refuse(first.start, f"the section opens here and is never closed; write `{END}` below it")
    last, *further = rest
    if card.text[last.start : last.end] != END:
        card.refuse(last.start, f"a second section opens inside of the first; wanted `{END}` before this line")
    if further:
        card.refuse(further[0].start, "a second marked section stands here; remove one of them")
    return Section(Span(first.start, last.end), _members(card, first, opening[1]), Span(first.end, last.start))


def _marks(card: CardText) -> Iterator[Span]:
    """Yield the lines that hold a marker, without their breaks and the blanks at their ends."""
    if "dls:" not in card.text:
        return
    for line in _LINE.finditer(card.text, card.body):
        if _MARK.fullmatch(line[1]):
            yield Span(line.start(), line.start() + len(line[1].rstrip(" \t")))


def refuse_open_block(card: CardText) -> None:
    """Refuse a card whose last block never closes, so that a section below it would be a part of it.

    Raises:
        UnreadableDocument: it is so.
    """
    body = f"{card.text[card.body :]}\n\n"
    first = _Blocks(f"{body}{begin({})}\n").around(len(BREAK.findall(body)))
    if first is not None:
        problem = "a block of code or HTML opens here and is never closed, so that a section below would be part of it"
        card.refuse(_position(card, first), f"{problem}; close it")


def _refuse_inner_marks(card: CardText, marks: list[Span]) -> None:
    """Refuse a marker that Markdown takes for a part of a code block, a list or another block."""
    blocks = _Blocks(card.text[card.body :])
    first_line = card.line(card.body)
    for mark in marks:
        first = blocks.around(card.line(mark.start) - first_line)
        if first is not None:
            problem = f"the marker is part of the block of line {first + first_line}, where it marks nothing"
            card.refuse(mark.start, f"{problem}; move it to a line of its own, or write it in another way")


class _Blocks:
    """The blocks of a Markdown text by CommonMark."""

    def __init__(self, body: str) -> None:
        from markdown_it import MarkdownIt  # start-up: cards alone need it

        parser = MarkdownIt("commonmark")
        parser.core.ruler.enableOnly(["normalize", "block"])
        self._tokens = [token for token in parser.parse(body) if token.map is not None]

    def around(self, line: int) -> int | None:
        """Return the first line, from 0, of the block around a line; None where a block of HTML starts there."""
        maps = [(token.map, token) for token in self._tokens if token.map and token.map[0] <= line < token.map[1]]
        first = min((lines[0] for lines, _ in maps), default=line)
        if first == line and any(token.type == "html_block" and token.level == 0 for _, token in maps):
            return None
        return first


def _position(card: CardText, line: int) -> int:
    """Return the position at which a line of the body starts; lines count from 0."""
    return [card.body, *(match.end() for match in BREAK.finditer(card.text, card.body))][line]


def _members(card: CardText, mark: Span, words: str) -> Mapping[str, str]:
    members: dict[str, str] = {}
    for word in words.split():
        name, _, value = word.partition("=")
        if name in members or name not in _VALUES or not _VALUES[name].fullmatch(value):
            card.refuse(mark.start, f"the marker holds '{word[:60]}', which `dls attach` does not write; remove it")
        members[name] = unquote(value)
    return MappingProxyType(members)
