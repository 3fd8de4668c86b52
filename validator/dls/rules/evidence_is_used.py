"""DLS302: evidence is used."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS302", spec="evidence")
def evidence_is_used(context: RuleContext) -> Iterator[Violation]:
    """Every evidence entry has a claim that rests on it.

    ## Why

    If a claim is deleted because of its loss, its evidence stays behind.
    """
    used = {name for claim in context.statement.claims for name in claim.evidence}
    for i, evidence in enumerate(context.statement.evidence):
        if evidence.id not in used:
            yield Violation(
                f"/evidence/{i}",
                f"no claim rests on evidence '{evidence.id}'; claim its numbers, or remove the entry",
            )
