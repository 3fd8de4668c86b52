"""DLS105: dates are days."""

from collections.abc import Iterator
from datetime import date

from dls.document.texts import dates
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS105", spec="conformance")
def dates_are_calendar_days(context: RuleContext) -> Iterator[Violation]:
    """Every date is a day of the calendar.

    ## Why

    The schema checks the form YYYY-MM-DD; 2026-02-30 has the form and is no day.
    """
    for pointer, name, day in dates(context.texts):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Violation(pointer, f"{name} '{day}' is no day of the calendar")
