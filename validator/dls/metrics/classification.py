"""Task scores from predicted classes and labels, whole numbers of shape [items], and agreement of two answers."""

import numpy as np
from numpy.typing import NDArray

Classes = NDArray[np.float64]
Floats = NDArray[np.float64]


def agreement(first: object, second: object) -> float:
    """Return 1 where two models' answers to one item are the same, otherwise 0."""
    return float(first == second)


def flips_lost(teacher: float, student: float) -> float:
    """Return 1 where the teacher is right and the student wrong, otherwise 0; an argument is 1 for a right answer."""
    return float(teacher > student)


def flips_gained(teacher: float, student: float) -> float:
    """Return 1 where the student is right and the teacher wrong, otherwise 0; an argument is 1 for a right answer."""
    return float(student > teacher)


def balanced_accuracy(prediction: Classes, label: Classes) -> float:
    """Return the mean recall of the labels' classes, in [0, 1], higher is better."""
    table = confusion(prediction, label)
    support = table.sum(axis=0)
    nonempty = support > 0
    return float((np.diag(table)[nonempty] / support[nonempty]).mean())


def macro_f1(prediction: Classes, label: Classes) -> float:
    """Return the mean F1 of all classes among predictions and labels, in [0, 1], higher is better."""
    table = confusion(prediction, label)
    return float((2 * np.diag(table) / (table.sum(axis=0) + table.sum(axis=1))).mean())


def matthews(prediction: Classes, label: Classes) -> float:
    """Return the correlation of prediction and label, in [−1, 1], higher is better (Gorodkin 2004).

    0 where all items have one prediction or one label.
    """
    table = confusion(prediction, label)
    n, predictions, labels = table.sum(), table.sum(axis=1), table.sum(axis=0)
    scale = float(np.sqrt((n**2 - predictions @ predictions) * (n**2 - labels @ labels)))
    return float((np.trace(table) * n - predictions @ labels) / scale) if scale > 0 else 0.0


def confusion(prediction: Classes, label: Classes) -> Floats:
    """Return the count of each prediction (rows) for each label (columns); shape [classes, classes]."""
    classes, place = np.unique(np.stack([prediction, label]), return_inverse=True)
    pairs = place.reshape(2, -1)
    table = np.bincount(pairs[0] * classes.size + pairs[1], minlength=classes.size**2)
    return table.reshape(classes.size, classes.size).astype(np.float64)
