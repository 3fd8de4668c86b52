"""The context of a rule about a card: its document, its pointer, and the statement that it leads to."""

from typing import TYPE_CHECKING

import msgspec

from dls.document.reader import Document
from dls.model import Statement

if TYPE_CHECKING:  # start-up: each command that imports the rules imports this module
    from dls.card.pointer import Pointer
    from dls.card.scores import CardScore

FRONT_MATTER, SECTION = "front_matter", "section"
"""The two members of a card's document: the value of the front matter, and the lines of the marked section."""


class CardContext(msgspec.Struct, frozen=True):
    """A card as the rules about cards take it.

    Attributes:
        document: with the members `front_matter` and `section`, where the card has them.
        pointer: to the statement; None where the card has none.
        problem: why the pointer leads to no statement without errors; None where it does.
        statement: the statement; None where there is a problem.
        source: the statement's document, with the text of each number; None where there is a problem.
        section: the marked section, from marker to marker; None where the card has none.
        expected: the section that `dls attach` would write with these markers; None where there is a problem.
        picture_problem: the picture that the section shows, with the reason why it is not the statement's.
        scores: that the card and the files beside it print.

    """

    document: Document
    pointer: "Pointer | None"
    problem: str | None
    statement: Statement | None
    source: Document | None
    section: str | None
    expected: str | None
    picture_problem: str | None
    scores: "tuple[CardScore, ...]"
