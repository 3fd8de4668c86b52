"""DLS105: dates are days."""

from collections.abc import Iterator
from datetime import date

from dls.case import Case
from dls.finding import Breach
from dls.rules.rule import rule
from dls.texts import dates


@rule("DLS105", spec="conformance")
def dates_are_days(case: Case) -> Iterator[Breach]:
    """Every date is a day of the calendar.

    ## Why

    The schema checks the form YYYY-MM-DD; 2026-02-30 has the form and is no day.
    """
    for pointer, name, day in dates(case.texts):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Breach(pointer, f"{name} '{day}' is no day of the calendar")
