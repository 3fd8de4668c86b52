"""DLS901: card is readable."""

from collections.abc import Iterator

from dls.document.reader import UnreadableDocument
from dls.finding import Violation, visible
from dls.rules._rule import rule


@rule("DLS901", spec="attaching")
def card_is_readable(problem: UnreadableDocument) -> Iterator[Violation]:
    """A card is UTF-8, its front matter is a YAML mapping, and its markers stand in one pair on lines of their own.

    ## Why

    A front matter with two equal keys, a tag or no closing line means something else to each reader. A marker without
    the other, or inside a block of code, marks nothing. `dls attach` touches no such card.
    """
    yield Violation("", visible(problem.problem))
