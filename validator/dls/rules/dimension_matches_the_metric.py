"""DLS213: dimension matches the metric."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.standard.registry import BY_PROBE


@rule("DLS213", spec="metrics")
def dimension_matches_the_metric(context: RuleContext) -> Iterator[Violation]:
    """A claim names the dimension of its metric, or of its probe where several dimensions share the metric.

    ## Why

    A headline score that is filed under safety seems to fill a gap that is still open.
    """
    for pointer, claim, metric in context.claims:
        dimension = metric.dimension_on(claim.probe.id if claim.probe else None)
        if dimension not in (claim.dimension, BY_PROBE):
            yield Violation(
                f"{pointer}/dimension",
                f"claim '{claim.id}' names {claim.dimension}; '{metric.id}' belongs to {dimension}",
            )
