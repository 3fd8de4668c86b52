"""DLS208: proportions have counts."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.rules._walk import values


@rule("DLS208", spec="claims")
def proportions_have_counts(context: RuleContext) -> Iterator[Violation]:
    """A proportion on regenerated or measured evidence has its count and its n.

    ## Why

    From a count and an n you can compute the value and its interval again. From a rounded value you cannot.
    """
    for pointer, claim, metric in context.claims:
        if metric.kind != "proportion" or not context.kinds(claim) <= {"regenerated", "measured"}:
            continue
        for place, reading in values(pointer, claim):
            if reading.count is None or reading.n is None:
                yield Violation(place, f"claim '{claim.id}': '{metric.id}' is a proportion; add its count and n")
