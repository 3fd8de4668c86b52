"""DLS106: dates are in order."""

from collections.abc import Iterator

from dls.document.texts import dates
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_BEFORE_ISSUE = ("observed_on", "fixed_on", "measured_on", "retrieved_on", "performed_on")


@rule("DLS106", spec="statement")
def dates_are_in_order(context: RuleContext) -> Iterator[Violation]:
    """Nothing that a statement reports happened after it was issued.

    ## Why

    A measurement dated after the statement cannot be what the statement is about. The order of a profile and the
    measurement is another rule's.
    """
    issued = context.statement.issued
    for pointer, name, day in dates(context.texts):
        if name in _BEFORE_ISSUE and day > issued:
            yield Violation(pointer, f"{name} {day} is after the statement was issued, {issued}")
