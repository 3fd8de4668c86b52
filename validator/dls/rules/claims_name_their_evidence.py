"""DLS301: claims name their evidence."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.rules._rule import rule


@rule("DLS301", spec="evidence")
def claims_name_their_evidence(context: RuleContext) -> Iterator[Violation]:
    """Every claim names its evidence, the named evidence exists, and at most one entry of it is a run.

    ## Why

    You cannot trace a number without evidence, so it is an estimate. A name that leads nowhere is worse, because the
    number looks traceable. With two runs behind one claim, one reader would check the numbers against the first run,
    and another reader against the second.
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
        runs = _runs(context, claim)
        if len(runs) > 1:
            yield Violation(
                f"/claims/{i}/evidence",
                f"claim '{claim.id}' rests on {len(runs)} runs: {', '.join(runs)}; name the one that it repeats",
            )


def _runs(context: RuleContext, claim: Claim) -> list[str]:
    """Return the names of a claim's evidence that is of a run: regenerated, or a manifest beside the statement."""
    manifests = {bundle.evidence.id for bundle in context.claim_bundles(claim)}
    return [
        name
        for name in dict.fromkeys(claim.evidence)
        if name in manifests or (name in context.evidence and context.evidence[name].kind == "regenerated")
    ]
