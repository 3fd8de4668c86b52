"""DLS506: unplanned n is never preserved."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import blocking_reasons, unit_count
from dls.rules._rule import rule


@rule("DLS506", spec="outcomes")
def unplanned_n_is_never_preserved(context: RuleContext) -> Iterator[Violation]:
    """If the number of units is not exactly the one that the profile plans, the outcome is not preserved.

    The same holds for numbers of a part of a data set's split, or of a split whose size `items.of` does not say.

    ## Why

    A publisher who may stop when the numbers look good stops there. The best of several numbers of units, some of them
    above the plan, comes out preserved two to three times as often as one planned number.
    """
    for claimed_target in context.targets:
        claim, target = claimed_target.claim, claimed_target.target
        if target.outcome != "preserved" or claimed_target.interval_outcome != "preserved":
            continue
        conditions, target_n = claimed_target.conditions, context.planned_n(claim, target)
        if "n_not_planned" not in blocking_reasons(claim, target, conditions, target_n):
            continue
        if not conditions.whole_split:
            yield Violation(
                f"{claimed_target.pointer}/outcome",
                f"claim '{claim.id}' says preserved from what is not known to be a whole split; wanted inconclusive",
            )
            continue
        plan = conditions.planned_n if conditions.planned_n is not None else target_n
        n = claim.items.n if claim.items and claim.items.n != plan else unit_count(claim, target)
        yield Violation(
            f"{claimed_target.pointer}/outcome",
            f"claim '{claim.id}' says preserved from {n or 'no stated number of'} units of '{conditions.metric.id}'; "
            f"the profile plans exactly {plan}; wanted inconclusive",
        )
