"""DLS107: revision names its predecessor."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS107", spec="statement")
def revision_names_its_predecessor(context: RuleContext) -> Iterator[Violation]:
    """A later revision names the one before it, and the first revision names none.

    ## Why

    You can find deletions between two revisions only if the chain holds.
    """
    statement = context.statement
    if statement.revision > 1 and statement.previous is None:
        yield Violation(
            "/revision",
            f"revision {statement.revision} names no predecessor; add previous with its revision and sha256",
        )
    elif statement.previous is not None and statement.previous.revision >= statement.revision:
        yield Violation(
            "/previous/revision",
            f"previous is revision {statement.previous.revision}; wanted a revision before {statement.revision}",
        )
