"""DLS506: short plan is never preserved."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import unit_count
from dls.rules._rule import rule


@rule("DLS506", spec="outcomes")
def short_plan_is_never_preserved(context: RuleContext) -> Iterator[Violation]:
    """If there are fewer units than the profile plans, the outcome is not preserved.

    ## Why

    A publisher who may stop when the numbers look good stops there.
    """
    for claimed_target in context.targets:
        claim, target = claimed_target.claim, claimed_target.target
        if target.outcome != "preserved" or claimed_target.interval_outcome != "preserved":
            continue
        plan_n, n = context.planned_n(claim, target), unit_count(claim, target)
        if plan_n is not None and (n or 0) < plan_n:
            text = f"{n or 'no stated number of'} units of '{claimed_target.conditions.metric.id}'"
            yield Violation(
                f"{claimed_target.pointer}/outcome",
                f"claim '{claim.id}' says preserved from {text}; the profile plans {plan_n}; wanted inconclusive",
            )
