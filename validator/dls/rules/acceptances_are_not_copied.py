"""DLS806: acceptances are not copied."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS806", spec="text", severity="warning", waivable=True)
def acceptances_are_not_copied(context: RuleContext) -> Iterator[Violation]:
    """No two acceptances have the same reason and the same mitigation.

    ## Why

    The same paragraph under ten losses was pasted. It does not show that each loss was decided on.
    """
    first: dict[tuple[str, str], int] = {}
    for i, acceptance in enumerate(context.statement.acceptances):
        key = acceptance.reason.strip().casefold(), acceptance.mitigation.strip().casefold()
        if first.setdefault(key, i) != i:
            yield Violation(
                f"/acceptances/{i}/reason",
                f"reason and mitigation repeat acceptances/{first[key]} word for word; write them for this loss",
            )
