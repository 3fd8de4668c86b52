"""Statistics of confidence for many resamples at once: what a bootstrap asks for, without a sort each time.

Every function takes ``count`` and ``wrong`` of shape [resamples, levels]: how many drawn items have each level of
confidence, the highest level first, and how many of these are wrong. The values are those of the metrics of the same
name (`selective`, `calibration`), up to the last bits; equally confident items share their mean error there too.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dls.metrics.calibration import BINS

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_HELD = 1 << 17  # draws looked at together; they stay in the cache


def aurc(count: Floats, wrong: Floats) -> Floats:
    """Return the mean over i of the error rate among the i most confident items, shape [resamples].

    A level of c items with mean error m, after C items with E errors, adds Σ_j (E + jm) / (C + j), j = 1 … c, which is
    cm + (E − mC) (H(C + c) − H(C)) with the harmonic numbers H.
    """
    items = int(count[0].sum())
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, items + 1))])
    after = np.cumsum(count, axis=1).astype(np.intp)
    before = after - count.astype(np.intp)
    mean = wrong / np.maximum(count, 1)
    wrong_before = np.cumsum(wrong, axis=1) - wrong
    added = wrong + (wrong_before - mean * before) * (harmonic[after] - harmonic[before])
    return np.asarray(added.sum(axis=1) / items)


def augrc(count: Floats, wrong: Floats) -> Floats:
    """Return the mean over i of the errors among the i most confident items as a share of all, shape [resamples]."""
    wrong_before = np.cumsum(wrong, axis=1) - wrong
    added = count * wrong_before + wrong * (count + 1) / 2
    return np.asarray(added.sum(axis=1) / count[0].sum() ** 2)


def error_auroc(count: Floats, wrong: Floats) -> Floats:
    """Return P(a right answer is more confident than a wrong one), shape [resamples]; ½ where one kind is missing."""
    right, all_wrong = count - wrong, wrong.sum(axis=1)
    beaten = all_wrong[:, np.newaxis] - np.cumsum(wrong, axis=1) + wrong / 2
    pairs = right.sum(axis=1) * all_wrong
    return np.where(pairs > 0, (right * beaten).sum(axis=1) / np.maximum(pairs, 1), 0.5)


def by_level(confidence: Floats, correct: Floats, function: Callable[[Floats, Floats], Floats]) -> "Many":
    """Return a metric of the levels of confidence as a function of item indices, shape [resamples, items]."""
    level = np.unique(-confidence, return_inverse=True)[1]
    return Many(level, (1 - correct,), function)


def ece_debiased_squared(confidence: Floats, correct: Floats) -> "Many":
    """Return the metric as a function of item indices, shape [resamples, items]."""
    place = np.clip(np.ceil(confidence * BINS).astype(np.intp) - 1, 0, BINS - 1)

    def squared(count: Floats, gap: Floats, right: Floats) -> Floats:
        several = np.maximum(count, 2)  # a bin of fewer counts nothing
        accuracy, mean_gap = right / several, gap / several
        terms = count * (mean_gap**2 - accuracy * (1 - accuracy) / (several - 1))
        return np.asarray(np.where(count > 1, terms, 0.0).sum(axis=1) / count[0].sum())

    return Many(place, (confidence - correct, correct), squared)


class Many:
    """A statistic of counts and sums in groups, for many resamples at once.

    Args:
        group: the group of every item, 0 … groups − 1.
        weights: what is summed in every group beside the count, each of shape [items].
        function: takes count and sums, each of shape [resamples, groups]; returns one number a resample.
    """

    def __init__(self, group: Indices, weights: tuple[Floats, ...], function: Callable[..., Floats]) -> None:
        self.group, self.weights, self.function = group, weights, function
        self.groups = int(group.max()) + 1

    def __call__(self, indices: Indices) -> Floats:
        """Return the values of the resamples whose item indices are given, shape [resamples, items]."""
        rows = max(1, _HELD // indices.shape[1])
        return np.concatenate([self._values(indices[i : i + rows]) for i in range(0, len(indices), rows)])

    def _values(self, indices: Indices) -> Floats:
        size = len(indices) * self.groups
        place = (self.group[indices] + np.arange(len(indices))[:, np.newaxis] * self.groups).ravel()
        count: Floats = np.bincount(place, minlength=size).astype(np.float64)
        sums = (np.asarray(np.bincount(place, weight[indices].ravel(), size)) for weight in self.weights)
        return self.function(*(one.reshape(len(indices), self.groups) for one in (count, *sums)))
