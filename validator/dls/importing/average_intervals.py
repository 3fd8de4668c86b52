"""The readings, loss and interval of two printed averages, as far as their n allows; nothing is invented."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from dls.errors import DlsError
from dls.importing.average_log import Average
from dls.model import Loss, Measured, PrintedInterval, Reading
from dls.standard.numbers import LEVEL
from dls.standard.registry import Metric
from dls.statistics.interval import Interval
from dls.statistics.marginal import marginal_other_items, marginal_same_items, possible_counts
from dls.statistics.proportion import clopper_pearson
from dls.statistics.rounding import outward

_EXACT = 15  # decimals of a number that no source rounded


class _Share(NamedTuple):
    """A share of n items: the lowest and the highest count that prints as it."""

    low: int
    high: int
    n: int


def measured_averages(
    metric: Metric, averages: tuple[Average, Average], scale: Decimal, *, same_items: bool
) -> Measured:
    """Return the teacher's and the student's average as a measurement.

    Only a proportion with a stated n has an interval: that of the least favourable case of two marginals.

    Args:
        metric: of both.
        averages: the teacher's, the student's.
        scale: multiplies each.
        same_items: whether the source says that both answered the same items.
    """
    factor = scale.normalize()  # so that a scale of 1.0 adds no decimal
    values = [Decimal(average.text) * factor for average in averages]
    shares = [_share(metric, value, average) for value, average in zip(values, averages, strict=True)]
    readings = [_reading(metric, value, share) for value, share in zip(values, shares, strict=True)]
    return Measured(
        metric=metric.id,
        teacher=readings[0],
        student=readings[1],
        loss=_loss(metric, values, shares, same_items=same_items),
    )


def _share(metric: Metric, value: Decimal, average: Average) -> _Share | None:
    """Return a proportion's counts; None where there is no n, or where no count of n gives the value."""
    if metric.kind != "proportion" or average.n is None:
        return None
    digits = max(0, -int(value.as_tuple().exponent)) if average.is_rounded else _EXACT
    try:
        return _Share(*possible_counts(float(value), average.n, digits), average.n)
    except DlsError:
        return None


def _reading(metric: Metric, value: Decimal, share: _Share | None) -> Reading:
    if share is None:
        return Reading(value=float(value))
    low, high = clopper_pearson(share.low, share.n, LEVEL).low, clopper_pearson(share.high, share.n, LEVEL).high
    count = share.low if share.low == share.high else None
    ends = _printed(Interval(low, high, LEVEL, "clopper_pearson"), metric)
    return Reading(value=float(value), count=count, n=share.n, interval=ends)


def _loss(
    metric: Metric, values: Sequence[Decimal], shares: Sequence[_Share | None], *, same_items: bool
) -> Loss | None:
    if metric.direction not in ("higher", "lower"):
        value = metric.loss(*map(float, values))
        return None if value is None else Loss(value=value)
    better, worse = (0, 1) if metric.direction == "higher" else (1, 0)
    difference, first, second = float(values[better] - values[worse]), shares[better], shares[worse]
    if first is None or second is None:
        return Loss(value=difference)
    ends = _difference(first, second, same_items=same_items and first.n == second.n)
    return Loss(value=difference, interval=_printed(ends, metric, min(first.n, second.n)))


def _difference(first: _Share, second: _Share, *, same_items: bool) -> Interval:
    """Return the interval of the difference of two shares, which covers all counts that print as them."""
    if same_items:
        low = marginal_same_items(first.low, second.high, first.n, LEVEL)
        high = marginal_same_items(first.high, second.low, first.n, LEVEL)
    else:
        low = marginal_other_items((first.low, first.n), (second.high, second.n), LEVEL)
        high = marginal_other_items((first.high, first.n), (second.low, second.n), LEVEL)
    return low._replace(high=high.high)


def _printed(ends: Interval, metric: Metric, units: int | None = None) -> PrintedInterval:
    low, high, level, method = outward(ends, metric.decimals)
    unit: Literal["item"] | None = None if units is None else "item"
    return PrintedInterval(low=low, high=high, level=level, method=method, unit=unit, n_units=units)
