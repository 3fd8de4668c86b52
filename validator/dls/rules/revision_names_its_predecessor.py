"""DLS107: revision names the one before."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS107", spec="statement")
def revision_names_its_predecessor(context: RuleContext) -> Iterator[Violation]:
    """A later revision names the one before it; a first one names none.

    ## Why

    What was deleted between two revisions can be found only if the chain holds.
    """
    statement = context.statement
    if statement.revision > 1 and statement.previous is None:
        yield Violation(
            "/revision",
            f"revision {statement.revision} names no previous one; add previous with its revision and sha256",
        )
    elif statement.previous is not None and statement.previous.revision >= statement.revision:
        yield Violation(
            "/previous/revision",
            f"previous is revision {statement.previous.revision}; wanted one before {statement.revision}",
        )
