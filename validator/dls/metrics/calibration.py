"""Does confidence say how often the answer is right? Notation: confidence and correct have shape [items]."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
BINS = 15


def brier_top_label(confidence: Floats, correct: Floats) -> float:
    """Return the mean of (confidence − correct)², in [0, 1], lower is better (Brier 1950, of the chosen option alone)."""
    return float(((confidence - correct) ** 2).mean())


def brier(probabilities: Floats, right: Integers) -> float:
    """Return the mean over items of Σ_k (p_k − 1[k is right])², in [0, 2], lower is better (Brier 1950).

    Args:
        probabilities: shape [items, options], each row adding up to 1.
        right: the right option of every item, shape [items].
    """
    hit = np.eye(probabilities.shape[1])[right]
    return float(((probabilities - hit) ** 2).sum(axis=1).mean())


def nll(probabilities: Floats, right: Integers) -> float:
    """Return the mean of −log p(right option) in nats, ≥ 0, lower is better; infinite where one has probability 0.

    Shapes as in `brier`.
    """
    with np.errstate(divide="ignore"):
        return float(-np.log(probabilities[np.arange(right.size), right]).mean())


def overconfidence_gap(confidence: Floats, correct: Floats) -> float:
    """Return mean confidence minus accuracy, in [−1, 1]; above 0 is overconfident, 0 is best."""
    return float((confidence - correct).mean())


def ece(confidence: Floats, correct: Floats, bins: int = BINS) -> float:
    """Return the expected calibration error over equally wide, right-closed bins, in [0, 1], lower is better.

    Biased upwards: a perfectly calibrated model has about 0.05 at 500 items (Naeini et al. 2015; Guo et al. 2017).
    """
    count, gap, _ = _by_bin(confidence, correct, bins)
    return float(count @ np.abs(gap) / confidence.size)


def rms_calibration_error(confidence: Floats, correct: Floats, bins: int = BINS) -> float:
    """Return the root of the bins' mean squared gap, in [0, 1], lower is better; biased upwards like `ece`."""
    count, gap, _ = _by_bin(confidence, correct, bins)
    return float(np.sqrt(count @ gap**2 / confidence.size))


def ece_debiased_squared(confidence: Floats, correct: Floats, bins: int = BINS) -> float:
    """Return the bins' mean squared gap less its variance, in [−0.25, 1], lower is better; nearly unbiased.

    A bin of a single item shows no variance and counts 0 (Kumar et al. 2019, arXiv 1909.10155).
    """
    count, gap, accuracy = _by_bin(confidence, correct, bins)
    several = count > 1
    variance = accuracy[several] * (1 - accuracy[several]) / (count[several] - 1)
    return float(count[several] @ (gap[several] ** 2 - variance) / confidence.size)


def ece_equal_mass(confidence: Floats, correct: Floats, bins: int = BINS) -> float:
    """Return the expected calibration error over bins of equal counts, in [0, 1], lower is better.

    Equally confident items stay in the order given (Roelofs et al. 2022, arXiv 2012.08668).
    """
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split((confidence - correct)[order], bins)
    return float(sum(abs(part.sum()) for part in parts) / confidence.size)


def known_probability_error(stated: Floats, given: Floats) -> float:
    """Return the mean total variation distance to stated odds, in [0, 1], lower is better.

    Args:
        stated: the odds, shape [items, outcomes], each row adding up to 1.
        given: the model's probabilities of the same outcomes; what a row lacks to 1 lies elsewhere and counts as error.
    """
    elsewhere = 1 - given.sum(axis=1)
    return float(((np.abs(stated - given).sum(axis=1) + elsewhere) / 2).mean())


def _by_bin(confidence: Floats, correct: Floats, bins: int) -> tuple[Floats, Floats, Floats]:
    """Return count, mean confidence − accuracy, and accuracy of every bin that holds an item."""
    place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins).astype(np.float64)
    right = np.bincount(place, correct, bins)
    gap = np.bincount(place, confidence - correct, bins)
    held = count > 0
    return count[held], gap[held] / count[held], right[held] / count[held]
