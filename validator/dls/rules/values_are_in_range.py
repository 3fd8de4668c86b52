"""DLS205: values are in range."""

from collections.abc import Iterator

from dls.document.precision import EXACT
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.rules._walk import values
from dls.standard.mending import as_share
from dls.standard.registry import Metric

_HUNDRED = 100


@rule("DLS205", spec="metrics")
def values_are_in_range(context: RuleContext) -> Iterator[Violation]:
    """Every value lies in its metric's range.

    ## Why

    An accuracy of 93.3 is a percentage in a field for shares. A Brier score below 0 does not exist.
    """
    for pointer, claim, metric in context.claims:
        for place, reading in values(pointer, claim):
            if not metric.low - EXACT <= reading.value <= metric.high + EXACT:
                text = f"'{metric.id}', {metric.low:g} to {metric.high:g}"
                problem = f"claim '{claim.id}': {reading.value} is outside the range of {text}"
                yield Violation(f"{place}/value", f"{problem}{_mending(reading.value, metric)}")
        width = metric.high - metric.low
        if claim.loss is not None and abs(claim.loss.value) > width + EXACT:
            yield Violation(
                f"{pointer}/loss/value",
                f"claim '{claim.id}': no loss of '{metric.id}' exceeds {width:g}; found {claim.loss.value}",
            )


def _mending(value: float, metric: Metric) -> str:
    """Return how to mend a share that is written as a percentage, as the end of a sentence."""
    is_percentage = (metric.low, metric.high) == (0, 1) and 1 < value <= _HUNDRED
    return f"; a share is wanted, not a percentage: divide by 100, to {as_share(str(value))}" if is_percentage else ""
