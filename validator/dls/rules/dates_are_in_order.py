"""DLS106: dates are in order."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_BEFORE_ISSUE = ("observed_on", "fixed_on", "measured_on", "retrieved_on", "performed_on", "withdrawn_on")


@rule("DLS106", spec="statement")
def dates_are_in_order(context: RuleContext) -> Iterator[Violation]:
    """No event that a statement reports is dated after its day of issue.

    ## Why

    A statement cannot report a measurement that was made later. Another rule compares the measurement with the profile.
    """
    issue_day = context.statement.issued
    for pointer, name, day in context.dates:
        if name in _BEFORE_ISSUE and day > issue_day:
            yield Violation(
                pointer, f"{name} {day} is after the statement was issued, {issue_day}; correct one of the dates"
            )
