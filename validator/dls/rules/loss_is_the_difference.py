"""DLS203: loss is the difference."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Reading
from dls.rules._rule import rule

_FOUR_DECIMALS = 0.5e-4  # evidence takes the loss from values that were rounded so


def _exact(context: RuleContext, pointer: str, reading: Reading) -> tuple[float, float]:
    """Return a reading's value and how far it may be off; if count and n give the value, to four decimals at least."""
    slack = context.slack(f"{pointer}/value")
    if reading.count is not None and reading.n and abs(reading.count / reading.n - reading.value) <= slack:
        return reading.count / reading.n, min(slack, _FOUR_DECIMALS)
    return reading.value, slack


@rule("DLS203", spec="claims")
def loss_is_the_difference(context: RuleContext) -> Iterator[Violation]:
    """Loss equals the difference of the printed values, with the sign that the metric's direction gives it.

    ## Why

    loss = g * (comparator - student), with g = +1 if higher is better and g = -1 if lower is better. For a target
    metric, the loss is the student's distance from the target minus the comparator's distance. The difference may be
    off by the rounding of the three printed numbers, and by no more. A value that count and n give is taken to four
    decimals at least.
    """
    for pointer, claim, metric in context.claims:
        if claim.loss is None or claim.baseline is None or claim.student is None:
            continue
        arm = "teacher" if claim.comparator == "teacher" else "reference"
        comparator, comparator_slack = _exact(context, f"{pointer}/{arm}", claim.baseline)
        student, student_slack = _exact(context, f"{pointer}/student", claim.student)
        loss = metric.loss(comparator, student)
        slack = context.slack(f"{pointer}/loss/value") + comparator_slack + student_slack
        if loss is not None and abs(claim.loss.value - loss) > slack:
            text = context.document.source(f"{pointer}/loss/value")
            yield Violation(
                f"{pointer}/loss/value",
                f"claim '{claim.id}' says a loss of {text}; its values give {loss:.6g} ({metric.direction} is better)",
            )
