"""Task scores from predicted and right classes, whole numbers of shape [items], and agreement of two answers."""

import numpy as np
from numpy.typing import NDArray

Classes = NDArray[np.float64]
Floats = NDArray[np.float64]


def agreement(first: object, second: object) -> float:
    """Return 1 where two models' answers to one item are the same, otherwise 0."""
    return float(first == second)


def flips_lost(teacher: float, student: float) -> float:
    """Return 1 for an item that the teacher has right and the student wrong, otherwise 0; both hold 1 for a right answer."""
    return float(teacher > student)


def flips_gained(teacher: float, student: float) -> float:
    """Return 1 for an item that the student has right and the teacher wrong, otherwise 0; both hold 1 for a right answer."""
    return float(student > teacher)


def balanced_accuracy(predicted: Classes, right: Classes) -> float:
    """Return the mean over the right answers' classes of the share that is predicted right, in [0, 1], higher is better."""
    table = confusion(predicted, right)
    support = table.sum(axis=0)
    held = support > 0
    return float((np.diag(table)[held] / support[held]).mean())


def macro_f1(predicted: Classes, right: Classes) -> float:
    """Return the mean of the F1 of every class that is predicted or right somewhere, in [0, 1], higher is better."""
    table = confusion(predicted, right)
    return float((2 * np.diag(table) / (table.sum(axis=0) + table.sum(axis=1))).mean())


def matthews(predicted: Classes, right: Classes) -> float:
    """Return the correlation of predicted and right class, in [−1, 1], higher is better (Gorodkin 2004).

    0 where all items have one predicted class or one right class.
    """
    table = confusion(predicted, right)
    n, guessed, truth = table.sum(), table.sum(axis=1), table.sum(axis=0)
    scale = float(np.sqrt((n**2 - guessed @ guessed) * (n**2 - truth @ truth)))
    return float((np.trace(table) * n - guessed @ truth) / scale) if scale > 0 else 0.0


def confusion(predicted: Classes, right: Classes) -> Floats:
    """Return how often each class was predicted (rows) where each was right (columns); shape [classes, classes]."""
    classes, place = np.unique(np.stack([predicted, right]), return_inverse=True)
    pairs = place.reshape(2, -1)
    table = np.bincount(pairs[0] * classes.size + pairs[1], minlength=classes.size**2)
    return table.reshape(classes.size, classes.size).astype(np.float64)
