"""The parts of a model card as spans of its text; no byte of it is ever written again in another form.

The front matter is the part that the client of the Hugging Face hub reads as such (`huggingface_hub.repocard`): a bare
`---`, with blank lines at most before it, up to a line `---` with blanks at most behind it.
"""

import re
from typing import NamedTuple, NoReturn

from dls.document.reader import MAX_BYTES
from dls.document.source_line import marked_line
from dls.errors import UnreadableDocument

BYTE_ORDER_MARK = "\ufeff"
BREAK = re.compile(r"\r\n|\r|\n")
_OPENING = re.compile(r"\ufeff?\s*---(\r\n|\r|\n)")
_OPENING_WITH_BLANKS = re.compile(r"\ufeff?\s*---[ \t]+(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"(?:(?<=\n)|(?<=\r))---[ \t]*(\r\n|\n|\Z)")


class Span(NamedTuple):
    """Two positions in a text: the first character, and the one after the last."""

    start: int
    end: int


class CardText(NamedTuple):
    """A card's text with its byte-order mark, the line break that it uses, and the place of its front matter.

    ``yaml`` spans the lines between both `---`, with the last line break; None where there is no front matter. ``body``
    is the position at which the Markdown starts.
    """

    path: str
    text: str
    newline: str
    yaml: Span | None
    body: int

    def line(self, position: int) -> int:
        """Return the line of a position, from 1."""
        return len(BREAK.findall(self.text, 0, position)) + 1

    def refuse(self, position: int, problem: str) -> NoReturn:
        """Stop with the place of a problem.

        Raises:
            UnreadableDocument: always.
        """
        line = self.line(position)
        start = max(self.text.rfind("\n", 0, position), self.text.rfind("\r", 0, position)) + 1
        column = position - start + 1
        raise UnreadableDocument(self.path, problem, line, column, marked_line(self.text, line, column))


def card_text(data: bytes, path: str) -> CardText:
    """Divide a card; `path` is only for messages.

    Raises:
        UnreadableDocument: the bytes are not UTF-8 or more than 8 MiB, or a front matter opens and is never closed.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(path, f"is larger than {MAX_BYTES >> 20} MiB; a card is a page for people")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = len(BREAK.findall(before)) + 1
        column = len(before) - max(before.rfind("\n"), before.rfind("\r"))
        problem = f"byte 0x{data[error.start]:02x} is not UTF-8; save the card as UTF-8"
        raise UnreadableDocument(path, problem, line, column) from None
    first_break = BREAK.search(text)
    card = CardText(path, text, first_break[0] if first_break else "\n", None, len(text) and _start(text))
    opening = _OPENING.match(text)
    if opening is None:
        if (blanks := _OPENING_WITH_BLANKS.match(text)) and _CLOSING.search(text, blanks.end()):
            card.refuse(text.index("---"), "blanks follow '---', so that a hub reads no front matter; remove them")
        return card
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        card.refuse(text.index("---"), "a front matter opens here and no line '---' closes it; close it, or remove it")
    return card._replace(yaml=Span(opening.end(), closing.start()), body=closing.end())


def _start(text: str) -> int:
    return int(text.startswith(BYTE_ORDER_MARK))
