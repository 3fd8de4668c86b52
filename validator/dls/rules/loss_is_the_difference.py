"""DLS203: loss is the difference."""

from collections.abc import Iterator

from dls import precision
from dls.case import Case
from dls.finding import Breach
from dls.rules.rule import rule


@rule("DLS203", spec="claims")
def loss_is_the_difference(case: Case) -> Iterator[Breach]:
    """A loss is the difference of the printed values, with the sign that the registry's direction gives it.

    ## Why

    loss = g * (comparator - student), g = +1 where higher is better and -1 where lower is; for a target metric the student's
    distance from the target minus the comparator's. The difference may be off by the rounding of the three printed numbers
    and no more.
    """
    for pointer, claim, metric in case.claims():
        if claim.loss is None or claim.compared is None or claim.student is None:
            continue
        expected = metric.loss(claim.compared.value, claim.student.value)
        arm = "teacher" if claim.comparator == "teacher" else "reference"
        slack = precision.slack(
            case.document, f"{pointer}/loss/value", f"{pointer}/{arm}/value", f"{pointer}/student/value"
        )
        if expected is not None and abs(claim.loss.value - expected) > slack:
            found = case.document.source(f"{pointer}/loss/value")
            yield Breach(
                f"{pointer}/loss/value",
                f"claim '{claim.id}' says a loss of {found}; its values give {expected:.6g} ({metric.direction} is better)",
            )
