"""DLS411: spread is possible."""

import math
from collections.abc import Iterator

from dls import precision
from dls.case import Case
from dls.finding import Breach
from dls.rules.rule import rule


@rule("DLS411", spec="statistics")
def spread_is_possible(case: Case) -> Iterator[Breach]:
    """A standard deviation is no larger than a mean within its range allows.

    ## Why

    sd^2 <= (mean - low)(high - mean) n / (n - 1). Source: Bhatia and Davis 2000.
    """
    for pointer, claim, metric in case.claims():
        if not (math.isfinite(metric.low) and math.isfinite(metric.high)) or metric.kind not in (
            "proportion",
            "bounded_mean",
        ):
            continue
        for name in ("teacher", "reference", "student", "pair"):
            reading = getattr(claim, name)
            if reading is None or reading.sd is None or reading.n == 1:
                continue
            slack = precision.slack(case.document, f"{pointer}/{name}/value")
            n = reading.n or 2
            low, high = max(metric.low, reading.value - slack), min(metric.high, reading.value + slack)
            room = max(
                (v - metric.low) * (metric.high - v)
                for v in (low, high, min(max((metric.low + metric.high) / 2, low), high))
            )
            if reading.sd - precision.slack(case.document, f"{pointer}/{name}/sd") > math.sqrt(
                max(0.0, room) * n / (n - 1)
            ):
                yield Breach(
                    f"{pointer}/{name}/sd",
                    f"claim '{claim.id}': a mean of {reading.value} within {metric.low:g} to {metric.high:g} has a standard deviation of at most {math.sqrt(max(0.0, room) * n / (n - 1)):.4g}",
                )
