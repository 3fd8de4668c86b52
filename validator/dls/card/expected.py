"""The section that a statement gives a card, with its markers."""

from collections.abc import Mapping
from typing import Any

from dls.card.card_context import FRONT_MATTER, SECTION
from dls.card.layout import BREAK
from dls.card.markers import END, begin
from dls.card.section import section_lines
from dls.card.splice import CardParts, Write
from dls.document.node import Node
from dls.document.reader import Document
from dls.judging.context import RuleContext
from dls.scenarios.profile import Profile


def writer(context: RuleContext, profile: Profile, name: str) -> Write:
    """Return the function that makes the lines of a section from the members of its marker."""

    def write(members: Mapping[str, str]) -> str:
        return section_lines(context, profile, name, members)

    return write


def expected_section(parts: CardParts, write: Write) -> str | None:
    """Return the section that a card with these markers has to have; None where it has no section."""
    if parts.section is None:
        return None
    members = parts.section.members
    return f"{begin(members)}\n{write(members)}{END}".replace("\n", parts.card.newline)


def section_rows(section: str) -> tuple[str, ...]:
    """Return the lines of a section, without their breaks."""
    return tuple(BREAK.split(section))


def card_document(parts: CardParts) -> Document:
    """Return a card as a document: the value of its front matter and the lines of its section, with their places."""
    card, front, section = parts
    value: dict[str, Any] = {FRONT_MATTER: front.members}
    children = {FRONT_MATTER: front.document.root}
    if section is not None:
        lines, first = section_rows(card.text[slice(*section.span)]), card.line(section.span.start)
        value[SECTION] = list(lines)
        children[SECTION] = Node(first, 1, None, [Node(first + i, 1, line, None) for i, line in enumerate(lines)])
    return Document(card.path, value, Node(1, 1, None, children))
