"""DLS403: paired interval is possible."""

import math
from collections.abc import Callable, Iterator

from dls.document import precision
from dls.finding import Severity, Violation
from dls.judging.context import RuleContext
from dls.model import Claim, PrintedInterval
from dls.rules._rule import rule
from dls.standard.registry import Metric
from dls.statistics import interval as ends
from dls.statistics.interval import normal_quantile
from dls.statistics.paired_proportion import tango, tango_corrected

_ENOUGH = 100  # below it score intervals are narrower than the normal approximation says
_SLACK = 0.05
_INWARD = 1e-6  # as in DLS402
_METHODS: dict[str, Callable[[int, int, int, float], ends.Interval]] = {
    "tango": tango,
    "tango_corrected": tango_corrected,
}


def _from_flips(claim: Claim, interval: PrintedInterval, metric: Metric) -> ends.Interval | None:
    flips = claim.flips
    if flips is None or interval.method not in _METHODS or interval.unit != "item" or interval.n_units is None:
        return None
    if flips.teacher_only + flips.student_only > interval.n_units:
        return None
    lost, gained = flips.teacher_only, flips.student_only
    if metric.direction == "lower":
        lost, gained = gained, lost
    return _METHODS[interval.method](lost, gained, interval.n_units, interval.level)


def _departs(interval: PrintedInterval, made: ends.Interval, units: float, inward: float) -> bool:
    """Whether a printed interval is not the one that the flips give: its ends lie apart, or further inward than rounding moves them."""
    apart = abs(made.low - interval.low) + abs(made.high - interval.high)
    return apart > units or max(interval.low - made.low, made.high - interval.high) > inward


@rule("DLS403", spec="statistics")
def paired_interval_is_possible(context: RuleContext) -> Iterator[Violation]:
    """The interval of a loss is no narrower than the two proportions allow.

    ## Why

    Two models that differ by 5 points differ on at least 5 % of the items. That alone gives the interval a least width
    (Frechet's bound on the discordance). If the flips are given, the interval is computed again from them. On
    regenerated or measured evidence it may only be rounded outward. For clustered or averaged numbers the finding is a
    warning.
    """
    for pointer, claim, metric in context.claims():
        interval = claim.loss.interval if claim.loss else None
        if metric.kind != "proportion" or interval is None or claim.loss is None or not interval.n_units:
            continue
        plain = (claim.runs or 1) == 1 and interval.unit == "item" and interval.n_units >= _ENOUGH
        severity: Severity | None = None if plain else "warning"
        places = f"{pointer}/loss/interval"
        units = 2 * precision.slack(context.document, f"{places}/low", f"{places}/high")
        made = _from_flips(claim, interval, metric)
        inward = _INWARD if context.kinds(claim) <= {"regenerated", "measured"} else units
        if made is not None and _departs(interval, made, units, inward):
            yield Violation(
                places,
                f"claim '{claim.id}': the flips give {made.low:.4f} to {made.high:.4f}, not {interval.low} to {interval.high}",
                severity,
            )
        size = max(0.0, abs(claim.loss.value) - precision.slack(context.document, f"{pointer}/loss/value"))
        least = 2 * normal_quantile(interval.level) * math.sqrt(max(0.0, size - size**2) / interval.n_units)
        if made is None and interval.high - interval.low + units < (1 - _SLACK) * least:
            yield Violation(
                places,
                f"claim '{claim.id}': an interval of a loss of {claim.loss.value} on {interval.n_units} items is at least {least:.4f} wide; this one is {interval.high - interval.low:.4f}",
                severity,
            )
