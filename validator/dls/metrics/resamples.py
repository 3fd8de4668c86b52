"""Statistics of confidence for many resamples at once: a bootstrap needs no sort for each.

Where a function takes ``count`` and ``wrong``, both have shape [resamples, levels]: the number of sampled items at each
level of confidence, the highest level first, and the number of wrong ones among them. The values are those of the
metrics of the same name (`selective`, `calibration`, `ranking`, `membership`), up to the last bits; ties count as they
do there.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dls.metrics.membership import epsilon_bound

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_BLOCK = 1 << 17  # sampled items in one block; they stay in the cache


def error_auroc(count: Floats, wrong: Floats) -> Floats:
    """Return P(a right answer is more confident than a wrong one), shape [resamples]; ½ where one kind is missing."""
    right, wrongs = count - wrong, wrong.sum(axis=1)
    below = wrongs[:, np.newaxis] - np.cumsum(wrong, axis=1) + wrong / 2
    pairs = right.sum(axis=1) * wrongs
    return np.where(pairs > 0, (right * below).sum(axis=1) / np.maximum(pairs, 1), 0.5)


def selective_risk(count: Floats, wrong: Floats, coverage: float) -> Floats:
    """Return the error rate among the most confident share of the items (rounded up), shape [resamples]."""
    size = math.ceil(coverage * int(count[0].sum()))
    before = np.cumsum(count, axis=1) - count
    answers = np.clip(size - before, 0, count)
    return np.asarray((answers * wrong / np.maximum(count, 1)).sum(axis=1) / size)


def true_positive_rate(count: Floats, wrong: Floats, false_positive_rate: float) -> Floats:
    """Return the share of positive items above a threshold, shape [resamples].

    The negative items are the wrong ones; the threshold lets at most the share ``false_positive_rate`` of them pass.
    0 where one kind is missing.
    """
    positive, negatives = count - wrong, wrong.sum(axis=1)
    passing = np.floor(false_positive_rate * negatives)[:, np.newaxis]
    hits = (positive * (np.cumsum(wrong, axis=1) <= passing)).sum(axis=1)
    return np.where(negatives > 0, hits / np.maximum(positive.sum(axis=1), 1), 0.0)


def one_run_epsilon(count: Floats, wrong: Floats) -> Floats:
    """Return the lower bound of ε from right guesses, shape [resamples]; canaries left out count as wrong."""
    half = count[0].sum() / 2
    at_least = np.cumsum(count, axis=1)
    above = np.where(at_least <= half, 1, 0)
    below = np.where(2 * half - at_least + count <= half, 1, 0)
    right = (above * (count - wrong) + below * wrong).sum(axis=1)
    return epsilon_bound(right, ((above + below) * count).sum(axis=1))


def by_level(confidence: Floats, correct: Floats, function: Callable[[Floats, Floats], Floats]) -> "GroupedStatistic":
    """Return a metric of the levels of confidence as a function of item indices, shape [resamples, items]."""
    level = np.unique(-confidence, return_inverse=True)[1]
    return GroupedStatistic(level, (1 - correct,), function)


def spearman(x: Floats, y: Floats) -> Callable[[Indices], Floats]:
    """Return the correlation of the ranks of two variables as a function of item indices, shape [resamples, items].

    The mean rank is (n + 1) / 2 in each resample, so that only squares and products are summed.
    """
    levels = [np.unique(variable, return_inverse=True)[1] for variable in (x, y)]

    def correlation(indices: Indices) -> Floats:
        middle = (indices.shape[1] + 1) / 2
        of_x, of_y = (_ranks(level, indices) - middle for level in levels)
        scale = np.sqrt((of_x**2).sum(axis=1) * (of_y**2).sum(axis=1))
        products = (of_x * of_y).sum(axis=1)
        return np.where(scale > 0, np.clip(products / np.where(scale > 0, scale, 1), -1, 1), 0.0)

    return lambda indices: in_blocks(correlation, indices)


def _ranks(level: Indices, indices: Indices) -> Floats:
    """Return the rank of each sampled item within its resample, ties sharing their mean rank; [resamples, items]."""
    groups = int(level.max()) + 1
    place = level[indices] + np.arange(len(indices))[:, np.newaxis] * groups
    count = np.bincount(place.ravel(), minlength=len(indices) * groups).reshape(len(indices), groups)
    rank = np.cumsum(count, axis=1) - (count - 1) / 2
    return np.asarray(rank.ravel()[place])


def in_blocks(values: Callable[[Indices], Floats], indices: Indices) -> Floats:
    """Return the values of all resamples, [resamples], in blocks that stay in the cache."""
    rows = max(1, _BLOCK // indices.shape[1])
    return np.concatenate([values(indices[i : i + rows]) for i in range(0, len(indices), rows)])


class GroupedStatistic:
    """A statistic of counts and sums in groups, for many resamples at once.

    Args:
        group: the group of each item, 0 … groups − 1.
        weights: the summands of each group's sums, each of shape [items].
        function: takes count and sums, each of shape [resamples, groups]; returns one number a resample.
    """

    def __init__(self, group: Indices, weights: tuple[Floats, ...], function: Callable[..., Floats]) -> None:
        self.group, self.weights, self.function = group, weights, function
        self.groups = int(group.max()) + 1

    def __call__(self, indices: Indices) -> Floats:
        """Return the values of resamples; ``indices`` holds their item indices, shape [resamples, items]."""
        return in_blocks(self._values, indices)

    def _values(self, indices: Indices) -> Floats:
        size = len(indices) * self.groups
        place = (self.group[indices] + np.arange(len(indices))[:, np.newaxis] * self.groups).ravel()
        count: Floats = np.bincount(place, minlength=size).astype(np.float64)
        sums = (np.asarray(np.bincount(place, weight[indices].ravel(), size)) for weight in self.weights)
        return self.function(*(values.reshape(len(indices), self.groups) for values in (count, *sums)))
