"""DLS108: ids are unique."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS108", spec="statement")
def ids_are_unique(context: RuleContext) -> Iterator[Violation]:
    """No two claims, evidence entries or metrics share an id.

    ## Why

    Acceptances, evidence lists and reproductions refer to entries by id. If two entries share an id, the reference
    could mean either.
    """
    for member in ("claims", "evidence", "metrics"):
        first: dict[str, int] = {}
        for i, entry in enumerate(getattr(context.statement, member)):
            if first.setdefault(entry.id, i) != i:
                yield Violation(
                    f"/{member}/{i}/id", f"'{entry.id}' is already the id of {member}/{first[entry.id]}; choose another"
                )
