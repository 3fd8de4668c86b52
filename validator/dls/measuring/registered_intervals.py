"""The interval of a metric by the method that the registry names, from per-item values."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dls.standard.numbers import LEVEL
from dls.standard.registry import Metric
from dls.statistics.bootstrap import BatchStatistic, Statistic, bca, bca_ratio
from dls.statistics.bounded_influence import Reach, bounded_influence_interval
from dls.statistics.bounded_mean import bounded_mean_interval, units
from dls.statistics.interval import Interval
from dls.statistics.paired_proportion import tango_corrected
from dls.statistics.proportion import clopper_pearson

Floats = NDArray[np.float64]
Clusters = NDArray[np.int64]


def value_interval(metric: Metric, values: Floats, key: str, clusters: Clusters | None = None) -> Interval:
    """Return the interval of one model's value (or of the pair's): a proportion or a mean of per-item values.

    Args:
        metric: a `proportion`, `bounded_mean`, `mean` or `divergence`.
        values: one per item, 1 or 0 for a proportion; shape [items].
        key: fixes the resamples where the method needs some, as in `bca`.
        clusters: the unit of every item, as in `bounded_mean.units`; None where every item is a unit.
    """
    if metric.kind == "proportion" and clusters is None:
        return clopper_pearson(int(values.sum()), values.size)
    return _mean_interval(values, (metric.low, metric.high), key, clusters)


def loss_interval(
    metric: Metric, teacher: Floats, student: Floats, key: str, clusters: Clusters | None = None
) -> Interval:
    """Return the interval of the loss from the paired per-item values of the two models, each of shape [items].

    The other arguments are those of `value_interval`. The metric has a direction other than `neutral`.
    """
    if metric.direction == "target":
        return _loss_to_target(metric, teacher, student, key, clusters)
    losses = teacher - student if metric.direction == "higher" else student - teacher
    if metric.kind == "proportion" and clusters is None:
        return tango_corrected(int((losses > 0).sum()), int((losses < 0).sum()), losses.size)
    return _mean_interval(losses, loss_bounds(metric), key, clusters)


class Resampled(NamedTuple):
    """A metric that is no mean, as a function of item indices, and the quick way to it for many resamples, if any."""

    one: Statistic
    many: BatchStatistic | None = None


def statistic_interval(
    metric: Metric, statistic: Statistic | Resampled, items: int, key: str, clusters: Clusters | None = None
) -> Interval:
    """Return the interval of one model's (or the pair's) value of a metric that is no mean, as a function of item indices."""
    one, many = _resampled(statistic)
    return bca(one, members(items, clusters), key, (metric.low, metric.high), batch=many)


def statistic_loss_interval(
    metric: Metric,
    teacher: Statistic | Resampled,
    student: Statistic | Resampled,
    items: int,
    key: str,
    clusters: Clusters | None = None,
) -> Interval:
    """Return the interval of the loss in a metric that is no mean, each model's value being a function of item indices."""
    of_teacher, of_student = _resampled(teacher), _resampled(student)

    def lost(of_teacher: float, of_student: float) -> float:
        found = metric.loss(of_teacher, of_student)
        return 0.0 if found is None else found

    def loss(indices: NDArray[np.intp]) -> float:
        return lost(of_teacher.one(indices), of_student.one(indices))

    def losses(indices: NDArray[np.intp]) -> Floats:
        assert of_teacher.many is not None
        assert of_student.many is not None
        return np.array(list(map(lost, of_teacher.many(indices).tolist(), of_student.many(indices).tolist())))

    many = losses if of_teacher.many and of_student.many else None
    return bca(loss, members(items, clusters), key, loss_bounds(metric), batch=many)


def influence_interval(metric: Metric, reach: Reach, value: float) -> Interval:
    """Return the interval of one model's value of a statistic of confidence, from what its items contribute."""
    return bounded_influence_interval(reach, value, (metric.low, metric.high))


def influence_loss_interval(
    metric: Metric, teacher: Reach, student: Reach, of_teacher: float, of_student: float
) -> Interval:
    """Return the interval of the loss in a statistic of confidence, from what the same items contribute for both models.

    ``of_teacher`` and ``of_student`` are the models' values; the metric's direction is `higher` or `lower`.
    """
    if metric.direction == "higher":
        return bounded_influence_interval(teacher.minus(student), of_teacher - of_student, loss_bounds(metric))
    return bounded_influence_interval(student.minus(teacher), of_student - of_teacher, loss_bounds(metric))


def _resampled(statistic: Statistic | Resampled) -> Resampled:
    return statistic if isinstance(statistic, Resampled) else Resampled(statistic)


def loss_bounds(metric: Metric) -> tuple[float, float]:
    """Return the lowest and highest loss that a metric's range allows."""
    if metric.direction == "target" and metric.target is not None:
        farthest = max(metric.high - metric.target, metric.target - metric.low)
        return -farthest, farthest
    return metric.low - metric.high, metric.high - metric.low


def members(items: int, clusters: Clusters | None) -> list[NDArray[np.intp]] | int:
    """Return the item indices of every unit, for `bca`; the number of items where each one is a unit."""
    if clusters is None:
        return items
    order = np.argsort(clusters, kind="stable")
    return np.split(order, np.cumsum(np.bincount(clusters))[:-1])


def _mean_interval(values: Floats, bounds: tuple[float, float], key: str, clusters: Clusters | None) -> Interval:
    if np.isfinite(bounds).all():
        return bounded_mean_interval(units(values, bounds, clusters), LEVEL)
    if clusters is None:
        return bca_ratio(values, np.ones_like(values), key, bounds)
    total, size = np.bincount(clusters, weights=values), np.bincount(clusters)
    return bca_ratio(total.astype(np.float64), size.astype(np.float64), key, bounds)


def _loss_to_target(metric: Metric, teacher: Floats, student: Floats, key: str, clusters: Clusters | None) -> Interval:
    return statistic_loss_interval(metric, _mean_of(teacher), _mean_of(student), teacher.size, key, clusters)


def _mean_of(values: Floats) -> Resampled:
    return Resampled(lambda indices: float(values[indices].mean()), lambda indices: values[indices].mean(axis=1))
