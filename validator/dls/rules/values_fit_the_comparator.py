"""DLS204: values fit the comparator."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.rules._rule import rule
from dls.rules._walk import VALUES
from dls.standard.registry import Metric

_MEMBERS = (*VALUES, "loss", "ratio")


def _required_values(context: RuleContext, claim: Claim, metric: Metric) -> set[str]:
    """Return the members that a claim needs among `_MEMBERS`: the ratio stands alone, and on published numbers only."""
    if claim.ratio is not None and context.kinds(claim) == {"transcribed"}:
        return {"ratio"}
    return _values(claim.comparator, metric)


def _values(comparator: str, metric: Metric) -> set[str]:
    if metric.of == "pair":
        return {"pair"}
    arm = "teacher" if comparator == "teacher" else "reference"
    has_direction = metric.direction in ("higher", "lower") or metric.target is not None
    return {arm, "student", "loss"} if has_direction else {arm, "student"}


@rule("DLS204", spec="claims")
def values_fit_the_comparator(context: RuleContext) -> Iterator[Violation]:
    """A claim has the values that its comparator and its metric need, and no others.

    ## Why

    Only a comparison with the teacher shows a loss of the teacher's capability. The value of the student's base or of a
    control stands in `reference`, so that you do not take it for the teacher's. A fidelity metric has one value, the
    pair's.

    A document that prints only "1.3 times fewer" gives neither value. The claim then has the `ratio` alone, on
    transcribed evidence, and no target judges it. Where there are values, they say more.
    """
    for pointer, claim, metric in context.claims:
        names = _required_values(context, claim, metric)
        members = {name for name in _MEMBERS if getattr(claim, name) is not None}
        comparison, text = f"'{metric.id}' compared with {claim.comparator}", ", ".join(sorted(names))
        for name in sorted(names - members):
            yield Violation(pointer, f"claim '{claim.id}' has no {name}; {comparison} needs {text}")
        for name in sorted(members - names):
            yield Violation(f"{pointer}/{name}", f"claim '{claim.id}' has a {name}; {comparison} has only {text}")
