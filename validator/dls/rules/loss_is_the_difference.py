"""DLS203: loss is the difference."""

from collections.abc import Iterator

from dls.document import precision
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Reading
from dls.rules._rule import rule

_FOUR_DECIMALS = 0.5e-4  # evidence takes the loss from values that were rounded so


def _exact(context: RuleContext, pointer: str, reading: Reading) -> tuple[float, float]:
    """Return a reading's value, and by how much it may be off: where count and n give it, by what four decimals leave out."""
    slack = precision.slack(context.document, f"{pointer}/value")
    if reading.count is not None and reading.n and abs(reading.count / reading.n - reading.value) <= slack:
        return reading.count / reading.n, min(slack, _FOUR_DECIMALS)
    return reading.value, slack


@rule("DLS203", spec="claims")
def loss_is_the_difference(context: RuleContext) -> Iterator[Violation]:
    """A loss is the difference of the printed values, with the sign that the registry's direction gives it.

    ## Why

    loss = g * (comparator - student), g = +1 where higher is better and -1 where lower is; for a target metric the student's
    distance from the target minus the comparator's. The difference may be off by the rounding of the three printed numbers
    and no more; where counts are given, of which four decimals at least are taken.
    """
    for pointer, claim, metric in context.claims():
        if claim.loss is None or claim.compared is None or claim.student is None:
            continue
        arm = "teacher" if claim.comparator == "teacher" else "reference"
        compared, student = (
            _exact(context, f"{pointer}/{arm}", claim.compared),
            _exact(context, f"{pointer}/student", claim.student),
        )
        expected = metric.loss(compared[0], student[0])
        slack = precision.slack(context.document, f"{pointer}/loss/value") + compared[1] + student[1]
        if expected is not None and abs(claim.loss.value - expected) > slack:
            found = context.document.source(f"{pointer}/loss/value")
            yield Violation(
                f"{pointer}/loss/value",
                f"claim '{claim.id}' says a loss of {found}; its values give {expected:.6g} ({metric.direction} is better)",
            )
