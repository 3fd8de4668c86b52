"""The interval of a metric by its registered method, from per-item values."""

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
        clusters: the unit of each item, as in `bounded_mean.units`; None where each item is a unit.
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


class ResampledStatistic(NamedTuple):
    """A metric that is no mean, as a function of item indices, and its batch form for many resamples, if any."""

    single: Statistic
    batch: BatchStatistic | None = None


def statistic_interval(
    metric: Metric, statistic: Statistic | ResampledStatistic, items: int, key: str, clusters: Clusters | None = None
) -> Interval:
    """Return the interval of one model's (or the pair's) value of a metric that is no mean, from item indices."""
    single, batch = _resampled(statistic)
    return bca(single, members(items, clusters), key, (metric.low, metric.high), batch=batch)


def statistic_loss_interval(
    metric: Metric,
    teacher: Statistic | ResampledStatistic,
    student: Statistic | ResampledStatistic,
    items: int,
    key: str,
    clusters: Clusters | None = None,
) -> Interval:
    """Return the interval of the loss in a metric that is no mean; each model's value is a function of item indices."""
    of_teacher, of_student = _resampled(teacher), _resampled(student)

    def loss_of(of_teacher: float, of_student: float) -> float:
        loss = metric.loss(of_teacher, of_student)
        return 0.0 if loss is None else loss

    def loss(indices: NDArray[np.intp]) -> float:
        return loss_of(of_teacher.single(indices), of_student.single(indices))

    def losses(indices: NDArray[np.intp]) -> Floats:
        assert of_teacher.batch is not None
        assert of_student.batch is not None
        return np.array(list(map(loss_of, of_teacher.batch(indices).tolist(), of_student.batch(indices).tolist())))

    batch = losses if of_teacher.batch and of_student.batch else None
    return bca(loss, members(items, clusters), key, loss_bounds(metric), batch=batch)


def influence_interval(metric: Metric, reach: Reach, value: float) -> Interval:
    """Return the interval of one model's value of a statistic of confidence, from its items' contributions."""
    return bounded_influence_interval(reach, value, (metric.low, metric.high))


def influence_loss_interval(
    metric: Metric, teacher: Reach, student: Reach, of_teacher: float, of_student: float
) -> Interval:
    """Return the interval of the loss in a statistic of confidence, from the same items' contributions for both models.

    ``of_teacher`` and ``of_student`` are the models' values; the metric's direction is `higher` or `lower`.
    """
    if metric.direction == "higher":
        return bounded_influence_interval(teacher.minus(student), of_teacher - of_student, loss_bounds(metric))
    return bounded_influence_interval(student.minus(teacher), of_student - of_teacher, loss_bounds(metric))


def _resampled(statistic: Statistic | ResampledStatistic) -> ResampledStatistic:
    return statistic if isinstance(statistic, ResampledStatistic) else ResampledStatistic(statistic)


def loss_bounds(metric: Metric) -> tuple[float, float]:
    """Return the lowest and highest loss that a metric's range allows."""
    if metric.direction == "target" and metric.target is not None:
        farthest = max(metric.high - metric.target, metric.target - metric.low)
        return -farthest, farthest
    return metric.low - metric.high, metric.high - metric.low


def members(items: int, clusters: Clusters | None) -> list[NDArray[np.intp]] | int:
    """Return the item indices of each unit, for `bca`; the number of items where each one is a unit."""
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


def _mean_of(values: Floats) -> ResampledStatistic:
    return ResampledStatistic(
        lambda indices: float(values[indices].mean()), lambda indices: values[indices].mean(axis=1)
    )
