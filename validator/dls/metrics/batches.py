"""Formulas of sums, groups and contrast pairs for many resamples at once: a bootstrap without a call each.

Each function takes the columns of a formula, each of shape [units], and returns the formula of the same name as a function
of unit indices, shape [resamples, units]; its values have shape [resamples] and agree up to the last bits.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dls.metrics.calibration import BINS
from dls.metrics.resamples import Many, in_blocks

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Batch = Callable[[Indices], Floats]


def _of_sums(columns: tuple[Floats, ...], function: Callable[..., Floats]) -> Batch:
    """Return a function of each column's sum, [resamples], and of the number of units."""

    def values(indices: Indices) -> Floats:
        return function(*(column[indices].sum(axis=1) for column in columns), indices.shape[1])

    return lambda indices: in_blocks(values, indices)


def _divided(total: Floats, size: Floats, otherwise: float) -> Floats:
    quotient: Floats = np.divide(total, size, out=np.full(total.shape, otherwise), where=size > 0)
    return quotient


def ratio(total: Floats, size: Floats) -> Batch:
    """Return `likelihood.ratio` of many resamples."""
    return _of_sums((total, size), lambda totals, sizes, _units: _divided(totals, sizes, 0.0))


def bits_per_byte(nats: Floats, size: Floats) -> Batch:
    """Return `likelihood.bits_per_byte` of many resamples."""
    return _of_sums((nats, size), lambda totals, sizes, _units: _divided(totals, sizes, 0.0) / math.log(2))


def excess_error(own: Floats, reference: Floats) -> Batch:
    """Return `behaviour.excess_error` of many resamples."""
    return _of_sums((own, reference), lambda owns, bases, _units: _divided(100 * (owns - bases), bases, 0.0))


def memorisation_ratio(known: Floats, stated: Floats) -> Batch:
    """Return `behaviour.memorisation_ratio` of many resamples."""
    return _of_sums((known, stated), lambda knowns, stateds, _units: _divided(knowns, knowns + stateds, 1.0))


def drop_out_of_range(within: Floats, beyond: Floats) -> Batch:
    """Return `behaviour.drop_out_of_range` of many resamples."""
    return _of_sums((within, beyond), lambda inner, outer, units: inner / units - outer / units)


def effective_answers(collisions: Floats) -> Batch:
    """Return `diversity.effective_answers` of many resamples."""
    return _of_sums((collisions,), lambda sums, units: _divided(np.ones_like(sums), sums / units, math.inf))


def worst_group_accuracy(correct: Floats, group: Floats) -> Batch:
    """Return `behaviour.worst_group_accuracy` of many resamples."""
    number = np.unique(group, return_inverse=True)[1]
    return Many(number, (correct,), lambda count, right: _divided(right, count, math.inf).min(axis=1))


def ece(confidence: Floats, correct: Floats) -> Batch:
    """Return `calibration.ece` of many resamples."""
    bin_number = np.clip(np.ceil(confidence * BINS).astype(np.intp) - 1, 0, BINS - 1)
    return Many(bin_number, (confidence - correct,), lambda count, gap: np.abs(gap).sum(axis=1) / count.sum(axis=1))


def _of_confusion(predicted: Floats, right: Floats, function: Callable[[Floats], Floats]) -> Batch:
    """Return a function of the confusion matrix, [resamples, predicted class, right class]."""
    classes, place = np.unique(np.stack([predicted, right]), return_inverse=True)
    first, second = place.reshape(2, -1)
    size = classes.size

    def values(count: Floats) -> Floats:
        table = np.zeros((len(count), size * size))
        table[:, : count.shape[1]] = count
        return function(table.reshape(-1, size, size))

    return Many(first * size + second, (), values)


def balanced_accuracy(predicted: Floats, right: Floats) -> Batch:
    """Return `classification.balanced_accuracy` of many resamples."""

    def value(table: Floats) -> Floats:
        support = table.sum(axis=1)
        hits = np.diagonal(table, axis1=1, axis2=2)
        return np.asarray(_divided(hits, support, 0.0).sum(axis=1) / (support > 0).sum(axis=1))

    return _of_confusion(predicted, right, value)


def macro_f1(predicted: Floats, right: Floats) -> Batch:
    """Return `classification.macro_f1` of many resamples."""

    def value(table: Floats) -> Floats:
        named = table.sum(axis=1) + table.sum(axis=2)
        hits = np.diagonal(table, axis1=1, axis2=2)
        return np.asarray(_divided(2 * hits, named, 0.0).sum(axis=1) / (named > 0).sum(axis=1))

    return _of_confusion(predicted, right, value)


def matthews(predicted: Floats, right: Floats) -> Batch:
    """Return `classification.matthews` of many resamples."""

    def value(table: Floats) -> Floats:
        n, guesses, truths = table.sum(axis=(1, 2)), table.sum(axis=2), table.sum(axis=1)
        scale = np.sqrt((n**2 - (guesses**2).sum(axis=1)) * (n**2 - (truths**2).sum(axis=1)))
        covariance = np.trace(table, axis1=1, axis2=2) * n - (guesses * truths).sum(axis=1)
        return _divided(covariance, scale, 0.0)

    return _of_confusion(predicted, right, value)


def twin_auroc(wanted: Floats, unwanted: Floats) -> Batch:
    """Return `behaviour.twin_auroc` of many resamples of the pairs."""
    levels, place = np.unique(np.concatenate([wanted, unwanted]), return_inverse=True)
    of_wanted, of_unwanted = place[: wanted.size], place[wanted.size :]

    def values(indices: Indices) -> Floats:
        first, second = (_counts(part[indices], levels.size) for part in (of_wanted, of_unwanted))
        below = np.cumsum(second, axis=1) - second / 2
        return np.asarray((first * below).sum(axis=1) / indices.shape[1] ** 2)

    return lambda indices: in_blocks(values, indices)


def _counts(place: Indices, size: int) -> Floats:
    """Return how often each place occurs in each row, [rows, places]."""
    offset = np.arange(len(place))[:, np.newaxis] * size
    return np.bincount((place + offset).ravel(), minlength=len(place) * size).reshape(-1, size).astype(np.float64)


def drift_slope(*divergences: Floats) -> Batch:
    """Return `behaviour.drift_slope` of many resamples of the texts."""
    divergence = np.stack(divergences, axis=1)
    present = ~np.isnan(divergence)
    texts, position = len(divergence), np.arange(divergence.shape[1])

    def values(indices: Indices) -> Floats:
        times = _counts(indices, texts)
        count = times @ present
        mean = _divided(times @ np.where(present, divergence, 0.0), count, 0.0)
        held = count > 0
        centred = position - (held @ position / held.sum(axis=1))[:, np.newaxis]
        scale = (held * centred**2).sum(axis=1)
        return 100 * _divided((held * centred * mean).sum(axis=1), scale, 0.0)

    return lambda indices: in_blocks(values, indices)
