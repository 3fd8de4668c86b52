"""Ranks, and statistics of ranks."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def auroc(score: Floats, positive: Floats) -> float:
    """Return P(a positive item scores above a negative one), in [0, 1]; a tie counts ½ (Mann and Whitney 1947).

    ``positive`` holds 1 and 0, shape [items] like ``score``. ½ where either class is empty.
    """
    positives = float(positive.sum())
    negatives = positive.size - positives
    if positives == 0 or negatives == 0:
        return 0.5
    above = float(ranks(score) @ positive) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def true_positive_rate(score: Floats, positive: Floats, false_positive_rate: float) -> float:
    """Return the share of positive items above a threshold, in [0, 1].

    The threshold lets at most the share ``false_positive_rate`` of the negative items pass. 0 without a positive or
    without a negative item.
    """
    negatives = np.sort(score[positive == 0])[::-1]
    if negatives.size in (0, positive.size):
        return 0.0
    threshold = negatives[min(int(false_positive_rate * negatives.size), negatives.size - 1)]
    return float((score[positive == 1] > threshold).mean())


def spearman(x: Floats, y: Floats) -> float:
    """Return the correlation of the ranks of two variables of shape [items], in [−1, 1]; 0 where one is constant.

    Ties get their mean rank (Spearman 1904).
    """
    of_x, of_y = ranks(x), ranks(y)
    dx, dy = of_x - of_x.mean(), of_y - of_y.mean()
    scale = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return float(np.clip(dx @ dy / scale, -1, 1)) if scale > 0 else 0.0


def ranks(x: Floats) -> Floats:
    """Return the ranks 1 … n in ascending order, ties sharing their mean rank; shape [items]."""
    _, group, count = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    mean: Floats = last - (count - 1) / 2
    return mean[group]
