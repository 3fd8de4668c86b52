"""Selective answering: does confidence separate right from wrong answers?

Notation: confidence and correct have shape [items].
Equally confident items share their mean error, so that no number depends on the order of the items.
"""

import math

import numpy as np
from numpy.typing import NDArray

from dls.metrics.ranking import auroc

Floats = NDArray[np.float64]


def aurc(confidence: Floats, correct: Floats) -> float:
    """Return the mean over i of the error rate among the i most confident items, in [0, 1], lower is better.

    Source: Geifman et al. 2019, arXiv 1805.08206.
    """
    errors = np.cumsum(_errors_by_confidence(confidence, correct))
    return float((errors / np.arange(1, errors.size + 1)).mean())


def augrc(confidence: Floats, correct: Floats) -> float:
    """Return the mean over i of the errors among the i most confident items, as a share of all items.

    It lies in [0, 1], lower is better.

    Source: Traub et al. 2024, arXiv 2407.01032.
    """
    return float(np.cumsum(_errors_by_confidence(confidence, correct)).mean() / correct.size)


def selective_risk(confidence: Floats, correct: Floats, coverage: float) -> float:
    """Return the error rate among the most confident share of the items (rounded up), in [0, 1], lower is better."""
    size = math.ceil(coverage * correct.size)
    return float(_errors_by_confidence(confidence, correct)[:size].mean())


def error_auroc(confidence: Floats, correct: Floats) -> float:
    """Return P(a right answer is more confident than a wrong one), in [0, 1], higher is better.

    A tie counts ½; ½ as well where all answers are right or all are wrong.
    """
    return auroc(confidence, correct)


def _errors_by_confidence(confidence: Floats, correct: Floats) -> Floats:
    """Return the errors from the most to the least confident item, each the mean of the equally confident."""
    _, group, count = np.unique(-confidence, return_inverse=True, return_counts=True)
    mean = np.bincount(group, 1 - correct) / count
    return np.repeat(mean, count)
