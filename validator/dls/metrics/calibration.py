"""Calibration: how well does confidence predict the share of right answers?

A formula of one unit takes that unit's numbers; the metric is its mean. In the other formulas confidence and correct
have shape [items].
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dls.standard.numbers import LOWEST_NATS

Floats = NDArray[np.float64]
BINS = 15
_LEAST = math.exp(LOWEST_NATS)


def brier_top_label(confidence: float, correct: float) -> float:
    """Return (confidence − correct)² of one item, in [0, 1], lower is better (Brier 1950, of the top option alone)."""
    return (confidence - correct) ** 2


def brier(probabilities: Sequence[float], right: int) -> float:
    """Return Σ_k (p_k − 1[k is right])² of one item, in [0, 2], lower is better (Brier 1950).

    Args:
        probabilities: of every option, shape [options], adding up to 1.
        right: the index of the right option.
    """
    return sum((p - (k == right)) ** 2 for k, p in enumerate(probabilities))


def nll(probability: float) -> float:
    """Return −log p(right option) of one item in nats, in [0, 50], lower is better.

    A probability below e^−50 counts as e^−50.
    """
    return -math.log(max(probability, _LEAST))


def overconfidence_gap(confidence: float, correct: float) -> float:
    """Return confidence − correct of one item, in [−1, 1]; a mean above 0 is overconfident, 0 is best."""
    return confidence - correct


def known_probability_error(odds: Sequence[float], probabilities: Sequence[float]) -> float:
    """Return one item's total variation distance to stated odds, in [0, 1], lower is better.

    Args:
        odds: the stated odds, shape [outcomes], adding up to 1.
        probabilities: the model's probabilities of the same outcomes; the rest to 1 counts as error.
    """
    gaps = sum(abs(share - p) for share, p in zip(odds, probabilities, strict=True))
    return (gaps + 1 - min(sum(probabilities), 1.0)) / 2


def ece(confidence: Floats, correct: Floats, bins: int = BINS) -> float:
    """Return the expected calibration error over equally wide, right-closed bins, in [0, 1], lower is better.

    Biased upwards: a perfectly calibrated model has about 0.05 at 500 items (Naeini et al. 2015; Guo et al. 2017).
    """
    count, gap, _ = _by_bin(confidence, correct, bins)
    return float(count @ np.abs(gap) / confidence.size)


def ece_debiased_squared(confidence: Floats, correct: Floats, bins: int = BINS) -> float:
    """Return the bins' mean squared gap less its variance, in [−0.25, 1], lower is better; nearly unbiased.

    A bin of a single item shows no variance and counts 0 (Kumar et al. 2019, arXiv 1909.10155).
    """
    count, gap, accuracy = _by_bin(confidence, correct, bins)
    several = count > 1
    variance = accuracy[several] * (1 - accuracy[several]) / (count[several] - 1)
    return float(count[several] @ (gap[several] ** 2 - variance) / confidence.size)


def _by_bin(confidence: Floats, correct: Floats, bins: int) -> tuple[Floats, Floats, Floats]:
    """Return count, mean confidence − accuracy, and accuracy of each bin with an item."""
    place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins).astype(np.float64)
    right = np.bincount(place, correct, bins)
    gap = np.bincount(place, confidence - correct, bins)
    nonempty = count > 0
    return count[nonempty], gap[nonempty] / count[nonempty], right[nonempty] / count[nonempty]
