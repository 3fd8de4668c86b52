"""DLS207: count gives the value."""

from collections.abc import Iterator

from dls.document import precision
from dls.finding import Breach
from dls.judging.context import Case
from dls.rules._rule import rule
from dls.rules.readings import readings


@rule("DLS207", spec="claims")
def count_gives_the_value(case: Case) -> Iterator[Breach]:
    """A proportion is its count divided by its n, at the printed precision.

    ## Why

    The count is what was seen; the value is derived from it. Where they disagree one of them was edited.
    """
    for pointer, reading in readings(case.statement):
        if reading.count is None or reading.n is None:
            continue
        slack = precision.slack(case.document, f"{pointer}/value")
        if reading.count > reading.n:
            yield Breach(f"{pointer}/count", f"{reading.count} of {reading.n} is more than all")
        elif abs(reading.count / reading.n - reading.value) > slack:
            found = case.document.source(f"{pointer}/value")
            yield Breach(
                f"{pointer}/value", f"{reading.count} of {reading.n} is {reading.count / reading.n:.6g}, not {found}"
            )
