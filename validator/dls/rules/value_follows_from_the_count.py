"""DLS207: value follows from the count."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.rules._walk import readings


@rule("DLS207", spec="claims")
def value_follows_from_the_count(context: RuleContext) -> Iterator[Violation]:
    """A proportion is its count divided by its n, at the printed precision.

    ## Why

    The count was observed, and the value is computed from it. If they disagree, one of them was edited.
    """
    for pointer, reading in readings(context.statement):
        if reading.count is None or reading.n is None:
            continue
        slack = context.slack(f"{pointer}/value")
        if reading.count > reading.n:
            yield Violation(
                f"{pointer}/count", f"the count {reading.count} is above n = {reading.n}; correct one of them"
            )
        elif abs(reading.count / reading.n - reading.value) > slack:
            text = context.document.source(f"{pointer}/value")
            yield Violation(
                f"{pointer}/value", f"{reading.count} of {reading.n} is {reading.count / reading.n:.6g}; found {text}"
            )
