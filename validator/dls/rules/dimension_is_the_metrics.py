"""DLS213: dimension is the metrics."""

from collections.abc import Iterator

from dls.finding import Breach
from dls.judging.context import Case
from dls.rules._rule import rule


@rule("DLS213", spec="metrics")
def dimension_is_the_metrics(case: Case) -> Iterator[Breach]:
    """A claim stands under the dimension of its metric.

    ## Why

    A headline score filed under safety would fill a gap that it does not fill.
    """
    for pointer, claim, metric in case.claims():
        if claim.dimension != metric.dimension:
            yield Breach(
                f"{pointer}/dimension",
                f"claim '{claim.id}' stands under {claim.dimension}; '{metric.id}' belongs to {metric.dimension}",
            )
