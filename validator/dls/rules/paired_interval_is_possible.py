"""DLS403: paired interval is possible."""

import math
from collections.abc import Iterator

from dls.finding import Severity, Violation
from dls.judging.context import RuleContext
from dls.model import Claim, PrintedInterval
from dls.rules._rule import rule
from dls.standard.registry import Metric
from dls.statistics import interval as ends
from dls.statistics.interval import normal_quantile
from dls.statistics.paired_proportion import CONTINUITY, ends_lie_between, tango

_ENOUGH = 100  # below it score intervals are narrower than the normal approximation says
_SLACK = 0.05
_INWARD = 1e-6  # as in DLS402
_CORRECTIONS = {"tango": 0.0, "tango_corrected": CONTINUITY}  # of the methods that are computed again


def _flips_of(claim: Claim, interval: PrintedInterval, metric: Metric) -> tuple[int, int, int] | None:
    """Return losses, gains and n where a claim's interval follows from its flips; None where it does not."""
    flips = claim.flips
    if flips is None or interval.method not in _CORRECTIONS or interval.unit != "item" or interval.n_units is None:
        return None
    if flips.teacher_only + flips.student_only > interval.n_units:
        return None
    losses, gains = flips.teacher_only, flips.student_only
    return (gains, losses, interval.n_units) if metric.direction == "lower" else (losses, gains, interval.n_units)


def _difference(
    flips: tuple[int, int, int], interval: PrintedInterval, units: float, inward: float
) -> ends.Interval | None:
    """Return the interval of the flips where a printed one differs: apart, or further inward than rounding moves it.

    Most do not differ, and that is cheaper to see than the interval is to compute.
    """
    correction, level = _CORRECTIONS[interval.method or ""], interval.level
    out, within = units / 2, min(inward, units / 2)
    lows = interval.low - within, interval.low + out
    highs = interval.high - out, interval.high + within
    if ends_lie_between(*flips, lows=lows, highs=highs, level=level, continuity=correction):
        return None
    computed = tango(*flips, level, correction)
    distance = abs(computed.low - interval.low) + abs(computed.high - interval.high)
    too_narrow = max(interval.low - computed.low, computed.high - interval.high) > inward
    return computed if distance > units or too_narrow else None


@rule("DLS403", spec="statistics")
def paired_interval_is_possible(context: RuleContext) -> Iterator[Violation]:
    """The interval of a loss is no narrower than the two proportions allow.

    ## Why

    Two models that differ by 5 points differ on at least 5 % of the items. That alone gives the interval a least width
    (Frechet's bound on the discordance). If the flips are given, the interval is computed again from them. On
    regenerated or measured evidence it may only be rounded outward. For clustered or averaged numbers the finding is a
    warning.
    """
    for pointer, claim, metric in context.claims:
        interval = claim.loss.interval if claim.loss else None
        if metric.kind != "proportion" or interval is None or claim.loss is None or not interval.n_units:
            continue
        plain = (claim.runs or 1) == 1 and interval.unit == "item" and interval.n_units >= _ENOUGH
        severity: Severity | None = None if plain else "warning"
        place = f"{pointer}/loss/interval"
        units = 2 * context.slack(f"{place}/low", f"{place}/high")
        flips = _flips_of(claim, interval, metric)
        inward = _INWARD if context.kinds(claim) <= {"regenerated", "measured"} else units
        if flips is not None and (computed := _difference(flips, interval, units, inward)) is not None:
            text = f"{computed.low:.4f} to {computed.high:.4f}; found {interval.low} to {interval.high}"
            yield Violation(place, f"claim '{claim.id}': the flips give {text}", severity)
        size = max(0.0, abs(claim.loss.value) - context.slack(f"{pointer}/loss/value"))
        least = 2 * normal_quantile(interval.level) * math.sqrt(max(0.0, size - size**2) / interval.n_units)
        width = interval.high - interval.low
        if flips is None and width + units < (1 - _SLACK) * least:
            text = (
                f"an interval of a loss of {claim.loss.value} on {interval.n_units} items is at least {least:.4f} wide"
            )
            yield Violation(place, f"claim '{claim.id}': {text}; this one is {width:.4f} wide", severity)
