"""DLS903: card section follows from the statement."""

from collections.abc import Iterator

from dls.card.card_context import CardContext
from dls.finding import Violation
from dls.rules._rule import rule


@rule("DLS903", spec="attaching")
def card_section_follows_from_the_statement(context: CardContext) -> Iterator[Violation]:
    """The marked section of a card is the one that its statement gives it, byte for byte, and so is its picture.

    ## Why

    People read the card and not the statement. A section that was written by hand, or left from an earlier revision,
    shows numbers that no rule has judged. A picture of `dls report` holds the digest of its statement, so one that was
    left from an earlier revision is noticed.
    """
    if context.expected is None:
        return
    if context.section is None:
        hint = "run `dls attach`, so that readers see the verdict"
        yield Violation("", f"the card has no section of its statement; {hint}", "warning")
        return
    if context.section != context.expected:
        row = _first_difference(context.section, context.expected)
        problem = "from here on the section is not that of the statement"
        hint = "run `dls attach` again, and write nothing between its markers"
        yield Violation(f"/section/{row}", f"{problem}; {hint}")
    if context.picture_problem is not None:
        yield Violation("/section", f"the section shows {context.picture_problem}")


def _first_difference(first: str, second: str) -> int:
    """Return the first line, from 0, in which two sections differ; the last common one where only breaks differ."""
    rows = [text.splitlines() for text in (first, second)]
    pairs = enumerate(zip(*rows, strict=False))
    return next((i for i, pair in pairs if pair[0] != pair[1]), min(map(len, rows)) - 1)
