"""DLS213: dimension is the metrics."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS213", spec="metrics")
def dimension_matches_the_metric(context: RuleContext) -> Iterator[Violation]:
    """A claim stands under the dimension of its metric.

    ## Why

    A headline score filed under safety would fill a gap that it does not fill.
    """
    for pointer, claim, metric in context.claims():
        if claim.dimension != metric.dimension:
            yield Violation(
                f"{pointer}/dimension",
                f"claim '{claim.id}' stands under {claim.dimension}; '{metric.id}' belongs to {metric.dimension}",
            )
