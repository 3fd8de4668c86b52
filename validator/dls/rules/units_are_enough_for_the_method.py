"""DLS406: units are enough for the method."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import unit_count
from dls.rules._rule import rule


@rule("DLS406", spec="outcomes")
def units_are_enough_for_the_method(context: RuleContext) -> Iterator[Violation]:
    """If there are fewer units than an interval's method needs, the outcome is inconclusive.

    ## Why

    An interval method keeps its promise only from some number of units on, which the registry states. With fewer units,
    a verdict is wrong more often than its level says.
    """
    for claimed_target in context.targets:
        claim, outcome, metric = claimed_target.claim, claimed_target.target.outcome, claimed_target.conditions.metric
        if (
            outcome != "inconclusive"
            and claimed_target.interval_outcome is not None
            and "too_few_units" in claimed_target.forced_reasons
        ):
            n = unit_count(claim, claimed_target.target) or "no stated number of"
            smallest = f"needs {metric.smallest_n}" if metric.smallest_n else "has no number that is shown to be enough"
            yield Violation(
                f"{claimed_target.pointer}/outcome",
                f"claim '{claim.id}' says {outcome} from {n} units; '{metric.id}' {smallest}; wanted inconclusive",
            )
