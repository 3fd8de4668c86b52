"""DLS411: standard deviation is possible."""

import math
from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.rules._walk import values
from dls.standard.registry import Metric


def _largest(metric: Metric, value: float, slack: float, n: int) -> float:
    """Return the largest standard deviation of n numbers in a metric's range whose mean prints as a value."""
    low, high = max(metric.low, value - slack), min(metric.high, value + slack)
    middle = min(max((metric.low + metric.high) / 2, low), high)
    room = max((mean - metric.low) * (metric.high - mean) for mean in (low, high, middle))
    return math.sqrt(max(0.0, room) * n / (n - 1))


@rule("DLS411", spec="statistics")
def standard_deviation_is_possible(context: RuleContext) -> Iterator[Violation]:
    """A standard deviation is no larger than a mean within its range allows.

    ## Why

    sd^2 <= (mean - low)(high - mean) n / (n - 1). Source: Bhatia and Davis 2000.
    """
    for pointer, claim, metric in context.claims:
        if not (math.isfinite(metric.low) and math.isfinite(metric.high)) or metric.kind not in (
            "proportion",
            "bounded_mean",
        ):
            continue
        for place, reading in values(pointer, claim):
            if reading.sd is None or reading.n == 1:
                continue
            slack = context.slack(f"{place}/value")
            largest = _largest(metric, reading.value, slack, reading.n or 2)
            if reading.sd - context.slack(f"{place}/sd") > largest:
                text = f"a mean of {reading.value} within {metric.low:g} to {metric.high:g}"
                yield Violation(
                    f"{place}/sd",
                    f"claim '{claim.id}': {text} has a standard deviation of at most {largest:.4g}; found {reading.sd}",
                )
