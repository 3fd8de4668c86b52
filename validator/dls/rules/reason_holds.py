"""DLS212: reason holds."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import judge_target
from dls.model import Claim
from dls.rules._rule import rule


def _valid_reasons(context: RuleContext, claim: Claim) -> frozenset[str]:
    """Return the reasons for which the outcomes of a claim's targets are held back."""
    if claim.metric not in context.metrics:
        return frozenset()
    conditions = context.conditions(claim, context.metrics[claim.metric])
    judgements = (judge_target(claim, target, conditions, context.planned_n(claim, target)) for target in claim.targets)
    return frozenset(reason for judgement in judgements for reason in judgement.reasons)


@rule("DLS212", spec="outcomes")
def reason_holds(context: RuleContext) -> Iterator[Violation]:
    """An outcome is held back only for a reason that holds.

    ## Why

    `inconclusive` needs less explaining than `lost`. It may replace the interval's outcome only if a rule of the
    standard calls for it.
    """
    for claimed_target in context.targets:
        claim, target, outcome = claimed_target.claim, claimed_target.target, claimed_target.interval_outcome
        if claim.reason is None or target.outcome != "inconclusive" or outcome in (None, "inconclusive"):
            continue
        if judge_target(claim, target, claimed_target.conditions, context.planned_n(claim, target)).outcome == outcome:
            yield Violation(
                f"{claimed_target.pointer}/outcome",
                f"claim '{claim.id}' says inconclusive for {claim.reason}, which does not hold; wanted {outcome}",
            )
    for i, claim in enumerate(context.statement.claims):
        if claim.reason is not None and claim.reason not in _valid_reasons(context, claim):
            yield Violation(
                f"/claims/{i}/reason",
                f"claim '{claim.id}' gives the reason {claim.reason}, which holds for none of its targets; remove it",
            )
