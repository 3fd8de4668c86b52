"""DLS301: claims name their evidence."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS301", spec="evidence")
def claims_name_their_evidence(context: RuleContext) -> Iterator[Violation]:
    """Every claim names its evidence, and what it names is there.

    ## Why

    A number that nobody can trace is an estimate, whatever it is called. A name that leads nowhere is worse: it looks traced.
    """
    for i, claim in enumerate(context.statement.claims):
        if not claim.evidence:
            yield Violation(
                f"/claims/{i}/evidence",
                f"claim '{claim.id}' names no evidence; add an evidence entry, of kind claimed where there is nothing else",
            )
        for j, name in enumerate(claim.evidence):
            if name not in context.evidence:
                yield Violation(
                    f"/claims/{i}/evidence/{j}", f"claim '{claim.id}' rests on '{name}', which is no evidence entry"
                )
