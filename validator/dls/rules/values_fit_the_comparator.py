"""DLS204: readings fit the comparator."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.standard.registry import Metric

VALUES = ("teacher", "reference", "student", "pair", "loss")


def required_values(comparator: str, metric: Metric) -> set[str]:
    """Return the members that a claim needs among `READINGS`."""
    if metric.of == "pair":
        return {"pair"}
    arm = "teacher" if comparator == "teacher" else "reference"
    directed = metric.direction in ("higher", "lower") or metric.target is not None
    return {arm, "student", "loss"} if directed else {arm, "student"}


@rule("DLS204", spec="claims")
def values_fit_the_comparator(context: RuleContext) -> Iterator[Violation]:
    """A claim has the values that its comparator and its metric need, and no others.

    ## Why

    Only a comparison with the teacher says what was lost of the teacher. The value of a student's base or of a control stands
    in `reference`, where nobody takes it for the teacher's. A fidelity metric has one value, the pair's.
    """
    for pointer, claim, metric in context.claims():
        wanted = required_values(claim.comparator, metric)
        given = {name for name in VALUES if getattr(claim, name) is not None}
        for name in sorted(wanted - given):
            yield Violation(
                pointer,
                f"claim '{claim.id}' has no {name}; '{metric.id}' compared with {claim.comparator} needs {', '.join(sorted(wanted))}",
            )
        for name in sorted(given - wanted):
            yield Violation(
                f"{pointer}/{name}",
                f"claim '{claim.id}' has a {name}; '{metric.id}' compared with {claim.comparator} has only {', '.join(sorted(wanted))}",
            )
