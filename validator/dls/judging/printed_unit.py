"""The coarsest unit that the last digit of a claim's number may stand for: the standard decides, not the document."""

import math
from collections.abc import Iterator

from dls.document.precision import EXACT
from dls.model import Claim, PrintedInterval
from dls.standard.registry import Metric

_SIGNIFICANT = 2  # digits of an interval's width
_PARTS = ("teacher", "reference", "student", "pair", "loss")


def coarsest_unit(claim: Claim, metric: Metric) -> float | None:
    """Return the coarsest unit of a claim's values: two digits of its narrowest interval's width, or the registry's.

    The registry's counts for an interval of width 0, and where two digits are finer. None without any interval: no
    outcome follows from such a claim.
    """
    widths = [interval.high - interval.low for interval in _intervals(claim)]
    if not widths:
        return None
    finest, width = 10.0**-metric.decimals, min(widths)
    if width <= EXACT:
        return finest
    return max(finest, 10.0 ** (math.floor(math.log10(width) + EXACT) + 1 - _SIGNIFICANT))


def _intervals(claim: Claim) -> Iterator[PrintedInterval]:
    parts = (getattr(claim, name) for name in _PARTS)
    return (part.interval for part in parts if part is not None and part.interval is not None)
