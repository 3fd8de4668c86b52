"""DLS806: acceptances are written each."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS806", spec="text", severity="warning", waivable=True)
def acceptances_are_not_copied(context: RuleContext) -> Iterator[Violation]:
    """Each acceptance is written for its own loss.

    ## Why

    The same paragraph under ten losses was pasted, not decided.
    """
    first: dict[tuple[str, str], int] = {}
    for i, acceptance in enumerate(context.statement.acceptances):
        key = acceptance.reason.strip().casefold(), acceptance.mitigation.strip().casefold()
        if first.setdefault(key, i) != i:
            yield Violation(
                f"/acceptances/{i}/reason",
                f"reason and mitigation are those of acceptances/{first[key]}, word for word",
            )
