"""Formulas of sums, groups and contrast pairs for many resamples at once: a bootstrap needs no call for each.

Each function takes the columns of a formula, each of shape [units]. It returns the formula of the same name as a
function of unit indices, shape [resamples, units]. The values have shape [resamples] and agree up to the last bits.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dls.metrics.calibration import BINS
from dls.metrics.resamples import GroupedStatistic, in_blocks
from dls.statistics.bootstrap import BatchStatistic

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def _of_sums(columns: tuple[Floats, ...], function: Callable[..., Floats]) -> BatchStatistic:
    """Return a function of each column's sum, [resamples], and of the number of units."""

    def values(indices: Indices) -> Floats:
        return function(*(column[indices].sum(axis=1) for column in columns), indices.shape[1])

    return lambda indices: in_blocks(values, indices)


def _quotient(total: Floats, size: Floats, otherwise: float) -> Floats:
    quotient: Floats = np.divide(total, size, out=np.full(total.shape, otherwise), where=size > 0)
    return quotient


def ratio(total: Floats, size: Floats) -> BatchStatistic:
    """Return `likelihood.ratio` of many resamples."""
    return _of_sums((total, size), lambda totals, sizes, _units: _quotient(totals, sizes, 0.0))


def bits_per_byte(nats: Floats, size: Floats) -> BatchStatistic:
    """Return `likelihood.bits_per_byte` of many resamples."""
    return _of_sums((nats, size), lambda totals, sizes, _units: _quotient(totals, sizes, 0.0) / math.log(2))


def excess_error(on_student: Floats, on_teacher: Floats) -> BatchStatistic:
    """Return `behaviour.excess_error` of many resamples."""
    return _of_sums((on_student, on_teacher), lambda sums, bases, _units: _quotient(100 * (sums - bases), bases, 0.0))


def memorisation_ratio(memory: Floats, context: Floats) -> BatchStatistic:
    """Return `behaviour.memorisation_ratio` of many resamples."""
    return _of_sums((memory, context), lambda first, second, _units: _quotient(first, first + second, 1.0))


def drop_out_of_range(within: Floats, beyond: Floats) -> BatchStatistic:
    """Return `behaviour.drop_out_of_range` of many resamples."""
    return _of_sums((within, beyond), lambda inner, outer, units: inner / units - outer / units)


def effective_answers(collisions: Floats) -> BatchStatistic:
    """Return `diversity.effective_answers` of many resamples."""
    return _of_sums((collisions,), lambda sums, units: _quotient(np.ones_like(sums), sums / units, math.inf))


def worst_group_accuracy(correct: Floats, group: Floats) -> BatchStatistic:
    """Return `behaviour.worst_group_accuracy` of many resamples."""
    number = np.unique(group, return_inverse=True)[1]
    return GroupedStatistic(number, (correct,), lambda count, right: _quotient(right, count, math.inf).min(axis=1))


def ece(confidence: Floats, correct: Floats) -> BatchStatistic:
    """Return `calibration.ece` of many resamples."""
    bin_number = np.clip(np.ceil(confidence * BINS).astype(np.intp) - 1, 0, BINS - 1)
    return GroupedStatistic(
        bin_number, (confidence - correct,), lambda count, gap: np.abs(gap).sum(axis=1) / count.sum(axis=1)
    )


def _of_confusion(prediction: Floats, label: Floats, function: Callable[[Floats], Floats]) -> BatchStatistic:
    """Return a function of the confusion matrix, [resamples, prediction, label]."""
    classes, place = np.unique(np.stack([prediction, label]), return_inverse=True)
    first, second = place.reshape(2, -1)
    size = classes.size

    def values(count: Floats) -> Floats:
        table = np.zeros((len(count), size * size))
        table[:, : count.shape[1]] = count
        return function(table.reshape(-1, size, size))

    return GroupedStatistic(first * size + second, (), values)


def balanced_accuracy(prediction: Floats, label: Floats) -> BatchStatistic:
    """Return `classification.balanced_accuracy` of many resamples."""

    def value(table: Floats) -> Floats:
        support = table.sum(axis=1)
        hits = np.diagonal(table, axis1=1, axis2=2)
        return np.asarray(_quotient(hits, support, 0.0).sum(axis=1) / (support > 0).sum(axis=1))

    return _of_confusion(prediction, label, value)


def macro_f1(prediction: Floats, label: Floats) -> BatchStatistic:
    """Return `classification.macro_f1` of many resamples."""

    def value(table: Floats) -> Floats:
        size = table.sum(axis=1) + table.sum(axis=2)
        hits = np.diagonal(table, axis1=1, axis2=2)
        return np.asarray(_quotient(2 * hits, size, 0.0).sum(axis=1) / (size > 0).sum(axis=1))

    return _of_confusion(prediction, label, value)


def matthews(prediction: Floats, label: Floats) -> BatchStatistic:
    """Return `classification.matthews` of many resamples."""

    def value(table: Floats) -> Floats:
        n, predictions, labels = table.sum(axis=(1, 2)), table.sum(axis=2), table.sum(axis=1)
        scale = np.sqrt((n**2 - (predictions**2).sum(axis=1)) * (n**2 - (labels**2).sum(axis=1)))
        covariance = np.trace(table, axis1=1, axis2=2) * n - (predictions * labels).sum(axis=1)
        return _quotient(covariance, scale, 0.0)

    return _of_confusion(prediction, label, value)


def twin_auroc(positive: Floats, negative: Floats) -> BatchStatistic:
    """Return `behaviour.twin_auroc` of many resamples of the pairs."""
    levels, place = np.unique(np.concatenate([positive, negative]), return_inverse=True)
    of_positive, of_negative = place[: positive.size], place[positive.size :]

    def values(indices: Indices) -> Floats:
        first, second = (_counts(part[indices], levels.size) for part in (of_positive, of_negative))
        below = np.cumsum(second, axis=1) - second / 2
        return np.asarray((first * below).sum(axis=1) / indices.shape[1] ** 2)

    return lambda indices: in_blocks(values, indices)


def _counts(place: Indices, size: int) -> Floats:
    """Return how often each place occurs in each row, [rows, places]."""
    offset = np.arange(len(place))[:, np.newaxis] * size
    return np.bincount((place + offset).ravel(), minlength=len(place) * size).reshape(-1, size).astype(np.float64)


def drift_slope(*divergences: Floats) -> BatchStatistic:
    """Return `behaviour.drift_slope` of many resamples of the texts."""
    divergence = np.stack(divergences, axis=1)
    present = ~np.isnan(divergence)
    texts, position = len(divergence), np.arange(divergence.shape[1])

    def values(indices: Indices) -> Floats:
        times = _counts(indices, texts)
        count = times @ present
        mean = _quotient(times @ np.where(present, divergence, 0.0), count, 0.0)
        nonempty = count > 0
        offset = position - (nonempty @ position / nonempty.sum(axis=1))[:, np.newaxis]
        scale = (nonempty * offset**2).sum(axis=1)
        return 100 * _quotient((nonempty * offset * mean).sum(axis=1), scale, 0.0)

    return lambda indices: in_blocks(values, indices)
