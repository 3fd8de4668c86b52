"""Each item's contribution to a statistic of confidence: the statistic plus its influence function at the item.

The contributions' mean is the statistic, and their spread is its sampling error to first order. Notation: confidence,
correct and the contributions have shape [items]. Equally confident items have equal contributions if both are right,
or both wrong.

Source: Hampel 1974; J. Am. Stat. Assoc. 69, 383-393.
"""

import numpy as np
from numpy.typing import NDArray

from dls.metrics.calibration import BINS

Floats = NDArray[np.float64]


def aurc(confidence: Floats, correct: Floats) -> Floats:
    """Return the contributions to `selective.aurc`, none above 1 + H(items), H the harmonic number; lower is better.

    With R(i) the error rate among the i most confident items, the item at rank r with error w contributes R(r) + Σ (w
    − R(i)) / i over i ≥ r: a threshold may lie at its confidence, and it is among the answers at each lower
    threshold.
    """
    level, starts, count = _levels(confidence)
    rank = np.arange(1, correct.size + 1)
    error = np.repeat(np.bincount(level, 1 - correct) / count, count)
    risk = np.cumsum(error) / rank
    weight = np.cumsum((1 / rank)[::-1])[::-1]
    base = np.add.reduceat(risk - np.cumsum((risk / rank)[::-1])[::-1], starts) / count
    return np.asarray(base[level] + (1 - correct) * (np.add.reduceat(weight, starts) / count)[level])


def augrc(confidence: Floats, correct: Floats) -> Floats:
    """Return the contributions to `selective.augrc`, none above 1; lower is better.

    An item contributes the share of errors among all items at least as confident. If it is wrong, it also contributes
    the share of items that are no more confident. The statistic, the mean of either share, is subtracted.
    """
    level, starts, count = _levels(confidence)
    wrong = np.bincount(level, 1 - correct)
    above = np.cumsum(wrong) - wrong + wrong * (count + 1) / (2 * count)
    below = correct.size - starts - (count - 1) / 2
    value = float(wrong @ below) / correct.size**2
    return np.asarray((above[level] + (1 - correct) * below[level]) / correct.size - value)


def error_auroc(confidence: Floats, correct: Floats) -> Floats:
    """Return the contributions to `selective.error_auroc`, higher is better: ½ each where one kind is missing.

    A right item contributes by the share of wrong ones below it, a wrong one by the share of right ones above. The
    rarer an item's kind, the larger its contribution.
    """
    level, _, count = _levels(confidence)
    wrong = np.bincount(level, 1 - correct)
    right = count - wrong
    wrongs, rights = float(wrong.sum()), float(right.sum())
    if min(wrongs, rights) == 0:
        return np.full(correct.size, 0.5)
    below = (wrongs - np.cumsum(wrong) + wrong / 2) / wrongs
    above = (np.cumsum(right) - right / 2) / rights
    value = float(right @ below) / rights
    of_wrong, of_right = (above - value) / wrongs, (below - value) / rights
    return np.asarray(value + correct.size * np.where(correct == 0, of_wrong[level], of_right[level]))


def ece_debiased_squared(confidence: Floats, correct: Floats, singleton_weight: float) -> Floats:
    """Return the contributions to `calibration.ece_debiased_squared`, lower is better.

    In a bin with mean gap g (confidence − correct), an item of gap x contributes g (2x − g).

    Args:
        confidence: one for each item.
        correct: 1 or 0 for each item.
        singleton_weight: the weight of the squared gap of a bin of one item, which has no variance: 0, as in the
            metric, or 1.
    """
    place = np.clip(np.ceil(confidence * BINS).astype(np.intp) - 1, 0, BINS - 1)
    count = np.bincount(place, minlength=BINS)
    gap = np.bincount(place, confidence - correct, BINS) / np.maximum(count, 1)
    accuracy = np.bincount(place, correct, BINS) / np.maximum(count, 1)
    variance = accuracy * (1 - accuracy) / np.maximum(count - 1, 1)
    value = float(np.where(count == 1, singleton_weight, 1) * count @ (gap**2 - variance)) / correct.size
    deviation = gap[place] * (2 * (confidence - correct) - gap[place])
    return np.asarray(value + deviation - deviation.mean())


def _levels(confidence: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return each item's level of confidence, 0 the highest, and the start and the size of each level."""
    _, level, count = np.unique(-confidence, return_inverse=True, return_counts=True)
    return level, np.cumsum(count) - count, count
