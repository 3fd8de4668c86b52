"""Pairs of models that answer the same items: three, and six more that were chosen to hurt before any interval was tried on them.

No two confidences of a model are equal.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Floats = NDArray[np.float64]


class Arm(NamedTuple):
    """Confidence and correctness of one model, shape [items]."""

    confidence: Floats
    correct: Floats


Pair = Callable[[np.random.Generator, int], tuple[Arm, Arm]]


def sharpened(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair a calibrated teacher with a student that is surer and a tenth of whose answers changed."""
    confidence = random.beta(4, 1.3, size).clip(1e-6, 1 - 1e-6)
    correct = (random.random(size) < confidence).astype(float)
    answered = np.where(some(random, size, 0.1), some(random, size, 0.5), correct)
    return Arm(confidence, correct), Arm(expit(1.5 * logit(confidence)), answered)


def few_errors(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair two good models: 5 % and 7 % errors, ranked well by the teacher and less well by the student."""
    wrong, more = some(random, size, 0.05), some(random, size, 0.02)
    teacher: Floats = expit(random.normal(3, 1, size) - 2.5 * wrong)
    student: Floats = expit(logit(teacher) + random.normal(0, 1, size) - 0.5 * more)
    return Arm(teacher, 1.0 - wrong), Arm(student, 1.0 - np.maximum(wrong, more))


def rare_certain_errors(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair a calibrated teacher with a student that is certain and wrong on 2 % of the items."""
    teacher, _ = sharpened(random, size)
    struck = some(random, size, 0.02) > 0
    certain = random.uniform(0.99, 1, size)
    return teacher, Arm(np.where(struck, certain, teacher.confidence), np.where(struck, 0.0, teacher.correct))


def some(random: np.random.Generator, size: int, share: float) -> Floats:
    """Draw 1 with a probability of ``share``, else 0; shape [size]."""
    return (random.random(size) < share).astype(float)


def better_student(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair an overconfident teacher, a tenth of whose answers changed, with a calibrated student."""
    student, _ = sharpened(random, size)
    answered = np.where(some(random, size, 0.1), some(random, size, 0.5), student.correct)
    return Arm(expit(2 * logit(student.confidence)), answered), student


def calibrated(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair two calibrated models, so that neither has a calibration error; half of their answers agree by chance alone."""
    confidence = random.beta(4, 1.3, size).clip(1e-6, 1 - 1e-6)
    other = expit(logit(confidence) + random.normal(0, 0.5, size))
    luck = random.random(size)
    others = np.where(some(random, size, 0.5) > 0, luck, random.random(size))
    return Arm(confidence, (luck < confidence).astype(float)), Arm(other, (others < other).astype(float))


def rarer_certain_errors(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair a calibrated teacher with a student that is certain and wrong on 0.5 % of the items."""
    teacher, _ = sharpened(random, size)
    struck = some(random, size, 0.005) > 0
    certain = random.uniform(0.99, 1, size)
    return teacher, Arm(np.where(struck, certain, teacher.confidence), np.where(struck, 0.0, teacher.correct))


def rare_bin(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair a model with one that is right but unsure, in a bin of its own, on 1 % of the items."""
    teacher, _ = sharpened(random, size)
    struck = some(random, size, 0.01) > 0
    confidence = 0.3 + 0.7 * teacher.confidence
    correct = (random.random(size) < confidence).astype(float)
    unsure = random.uniform(0.07, 0.13, size)
    return Arm(confidence, correct), Arm(np.where(struck, unsure, confidence), np.where(struck, 1.0, correct))


def hardly_an_error(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair two very good models: 1 % and 1.5 % errors, five and seven or eight among 500 items."""
    wrong, more = some(random, size, 0.01), some(random, size, 0.005)
    teacher = expit(random.normal(3, 1, size) - 2.5 * wrong)
    student = expit(logit(teacher) + random.normal(0, 1, size) - 0.5 * more)
    return Arm(teacher, 1.0 - wrong), Arm(student, 1.0 - np.maximum(wrong, more))


def sparse_bins(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair two models that are nearly always certain; 2 and 3 % of the items, half of them right, lie anywhere below."""
    certain, right = random.uniform(0.95, 1, size), 1.0 - some(random, size, 0.03)
    anywhere, half = random.uniform(0, 0.93, size), some(random, size, 0.5)
    of_teacher = some(random, size, 0.02) > 0
    of_student = of_teacher | (some(random, size, 0.01) > 0)
    teacher = Arm(np.where(of_teacher, anywhere, certain), np.where(of_teacher, half, right))
    return teacher, Arm(np.where(of_student, anywhere, certain), np.where(of_student, half, right))


PAIRS: tuple[tuple[str, Pair], ...] = (
    ("sharpened student", sharpened),
    ("few errors", few_errors),
    ("rare certain errors", rare_certain_errors),
)
AWKWARD: tuple[tuple[str, Pair], ...] = (
    ("better student", better_student),
    ("two calibrated models", calibrated),
    ("rarer certain errors", rarer_certain_errors),
    ("rare bin", rare_bin),
    ("hardly an error", hardly_an_error),
    ("sparse bins", sparse_bins),
)
