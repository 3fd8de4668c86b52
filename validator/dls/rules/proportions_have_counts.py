"""DLS208: proportions carry counts."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS208", spec="claims")
def proportions_have_counts(context: RuleContext) -> Iterator[Violation]:
    """A measured proportion carries its count and its n.

    ## Why

    From a count and an n anybody computes the value and its interval again; from a rounded value nobody does.
    """
    for pointer, claim, metric in context.claims():
        if metric.kind != "proportion" or not context.kinds(claim) <= {"regenerated", "measured"}:
            continue
        for name in ("teacher", "reference", "student", "pair"):
            reading = getattr(claim, name)
            if reading is not None and (reading.count is None or reading.n is None):
                yield Violation(
                    f"{pointer}/{name}", f"claim '{claim.id}': '{metric.id}' is a proportion; add its count and n"
                )
