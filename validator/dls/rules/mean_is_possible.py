"""DLS401: mean is possible."""

from collections.abc import Iterator

from dls.finding import Severity, Violation
from dls.judging.context import RuleContext
from dls.model import Reading
from dls.rules._rule import rule
from dls.rules._walk import values
from dls.standard.registry import Metric


def _units(metric: Metric, reading: Reading) -> int | None:
    """Return a reading's number of units: its n or, for a mean of whole numbers over items, its interval's."""
    interval = reading.interval if metric.whole_units else None
    return reading.n or (interval.n_units if interval and interval.unit == "item" else None)


@rule("DLS401", spec="statistics")
def mean_is_possible(context: RuleContext) -> Iterator[Violation]:
    """Some count of n items gives the printed proportion, or the printed mean of whole numbers.

    ## Why

    With n = 43 no count prints as 0.527: 22 of 43 is 0.512 and 23 of 43 is 0.535. Source: Brown and Heathers 2017,
    GRIM.
    """
    for pointer, claim, metric in context.claims:
        if metric.kind != "proportion" and not metric.whole_units:
            continue
        for place, reading in values(pointer, claim):
            n = _units(metric, reading)
            if n is None or reading.count is not None:
                continue
            slack = context.slack(f"{place}/value")
            if abs(round(reading.value * n) / n - reading.value) > slack:
                severity: Severity | None = "warning" if (claim.runs or 1) > 1 else None
                text = context.document.source(f"{place}/value")
                yield Violation(
                    f"{place}/value",
                    f"claim '{claim.id}': no count of {n} items gives {text}; correct the value or n",
                    severity,
                )
