"""DLS105: dates are calendar days."""

from collections.abc import Iterator
from datetime import date

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS105", spec="conformance")
def dates_are_calendar_days(context: RuleContext) -> Iterator[Violation]:
    """Every date is a day of the calendar.

    ## Why

    The schema checks only the form YYYY-MM-DD. The date 2026-02-30 has this form, but no such day exists.
    """
    for pointer, name, day in context.dates:
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Violation(pointer, f"{name} '{day}' is no day of the calendar; correct it")
