"""DLS213: dimension matches the metric."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS213", spec="metrics")
def dimension_matches_the_metric(context: RuleContext) -> Iterator[Violation]:
    """A claim names the dimension of its metric.

    ## Why

    A headline score that is filed under safety seems to fill a gap that is still open.
    """
    for pointer, claim, metric in context.claims:
        if claim.dimension != metric.dimension:
            yield Violation(
                f"{pointer}/dimension",
                f"claim '{claim.id}' names {claim.dimension}; '{metric.id}' belongs to {metric.dimension}",
            )
