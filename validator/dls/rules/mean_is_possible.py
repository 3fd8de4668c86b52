"""DLS401: mean is possible."""

from collections.abc import Iterator

from dls import precision
from dls.case import Case
from dls.finding import Breach, Severity
from dls.rules.rule import rule


@rule("DLS401", spec="statistics")
def mean_is_possible(case: Case) -> Iterator[Breach]:
    """Some count of n items gives the printed proportion.

    ## Why

    With n = 43 no count prints as 0.527: 22 of 43 is 0.512 and 23 of 43 is 0.535. Source: Brown and Heathers 2017, GRIM.
    """
    for pointer, claim, metric in case.claims():
        if metric.kind != "proportion":
            continue
        for name in ("teacher", "reference", "student", "pair"):
            reading = getattr(claim, name)
            if reading is None or reading.n is None or reading.count is not None:
                continue
            slack = precision.slack(case.document, f"{pointer}/{name}/value")
            if abs(round(reading.value * reading.n) / reading.n - reading.value) > slack:
                severity: Severity | None = "warning" if (claim.runs or 1) > 1 else None
                found = case.document.source(f"{pointer}/{name}/value")
                yield Breach(
                    f"{pointer}/{name}/value",
                    f"claim '{claim.id}': no count of {reading.n} items gives {found}",
                    severity,
                )
