"""DLS301: claims name their evidence."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS301", spec="evidence")
def claims_name_their_evidence(context: RuleContext) -> Iterator[Violation]:
    """Every claim names its evidence, and the named evidence exists.

    ## Why

    You cannot trace a number without evidence, so it is an estimate. A name that leads nowhere is worse, because the
    number looks traceable.
    """
    for i, claim in enumerate(context.statement.claims):
        if not claim.evidence:
            yield Violation(
                f"/claims/{i}/evidence",
                f"claim '{claim.id}' names no evidence; add an entry, of kind claimed if there is nothing else",
            )
        for j, name in enumerate(claim.evidence):
            if name not in context.evidence:
                yield Violation(
                    f"/claims/{i}/evidence/{j}",
                    f"claim '{claim.id}' rests on '{name}', which is no evidence entry; add it, or correct the name",
                )
