"""DLS903: card section follows from the statement."""

from collections.abc import Iterator
from itertools import zip_longest

from dls.card.context import CardContext
from dls.finding import Violation
from dls.rules._rule import rule


@rule("DLS903", spec="attaching")
def card_section_follows_from_the_statement(context: CardContext) -> Iterator[Violation]:
    """The marked section of a card is the one that its statement gives it, byte for byte.

    ## Why

    People read the card and not the statement. A section that was written by hand, or left from an earlier revision,
    shows numbers that no rule has judged.
    """
    if context.expected is None:
        return
    if context.section is None:
        hint = "run `dls attach`, so that readers see the verdict"
        yield Violation("", f"the card has no section of its statement; {hint}", "warning")
        return
    if context.section != context.expected:
        row = _first_difference(context.section, context.expected)
        problem = f"line {row + 1} of the section is not that of the statement"
        yield Violation("/section", f"{problem}; run `dls attach` again, and write nothing between its markers")
    if context.missing_picture is not None:
        name = context.missing_picture
        yield Violation(
            "/section", f"the section shows '{name}', which is not beside the card; add it, or attach again"
        )


def _first_difference(first: str, second: str) -> int:
    pairs = enumerate(zip_longest(first.splitlines(), second.splitlines()))
    return next((i for i, (left, right) in pairs if left != right), 0)
