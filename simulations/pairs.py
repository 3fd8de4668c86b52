"""Pairs of models that answer the same items: three, and six difficult ones chosen before a trial of any interval.

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
    """Pair a calibrated teacher with a surer student, whose answers to a tenth of the items changed."""
    confidence = random.beta(4, 1.3, size).clip(1e-6, 1 - 1e-6)
    correct = (random.random(size) < confidence).astype(float)
    new_correct = np.where(bernoulli(random, size, 0.1), bernoulli(random, size, 0.5), correct)
    return Arm(confidence, correct), Arm(expit(1.5 * logit(confidence)), new_correct)


def few_errors(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair two good models: 5 % and 7 % errors, ranked well by the teacher and less well by the student."""
    wrong, extra = bernoulli(random, size, 0.05), bernoulli(random, size, 0.02)
    teacher: Floats = expit(random.normal(3, 1, size) - 2.5 * wrong)
    student: Floats = expit(logit(teacher) + random.normal(0, 1, size) - 0.5 * extra)
    return Arm(teacher, 1.0 - wrong), Arm(student, 1.0 - np.maximum(wrong, extra))


def rare_certain_errors(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair a calibrated teacher with a student that is certain and wrong on 2 % of the items."""
    teacher, _ = sharpened(random, size)
    mask = bernoulli(random, size, 0.02) > 0
    certain = random.uniform(0.99, 1, size)
    return teacher, Arm(np.where(mask, certain, teacher.confidence), np.where(mask, 0.0, teacher.correct))


def bernoulli(random: np.random.Generator, size: int, share: float) -> Floats:
    """Draw 1 with a probability of ``share``, otherwise 0; shape [size]."""
    return (random.random(size) < share).astype(float)


def better_student(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair a calibrated student with an overconfident teacher, whose answers to a tenth of the items changed."""
    student, _ = sharpened(random, size)
    correct = np.where(bernoulli(random, size, 0.1), bernoulli(random, size, 0.5), student.correct)
    return Arm(expit(2 * logit(student.confidence)), correct), student


def calibrated(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair two calibrated models, neither with a calibration error; half of their answers agree only by chance."""
    confidence = random.beta(4, 1.3, size).clip(1e-6, 1 - 1e-6)
    student = expit(logit(confidence) + random.normal(0, 0.5, size))
    luck = random.random(size)
    student_luck = np.where(bernoulli(random, size, 0.5) > 0, luck, random.random(size))
    return Arm(confidence, (luck < confidence).astype(float)), Arm(student, (student_luck < student).astype(float))


def rarer_certain_errors(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair a calibrated teacher with a student that is certain and wrong on 0.5 % of the items."""
    teacher, _ = sharpened(random, size)
    mask = bernoulli(random, size, 0.005) > 0
    certain = random.uniform(0.99, 1, size)
    return teacher, Arm(np.where(mask, certain, teacher.confidence), np.where(mask, 0.0, teacher.correct))


def rare_bin(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair a model with one that is right but unsure, in a bin of its own, on 1 % of the items."""
    teacher, _ = sharpened(random, size)
    mask = bernoulli(random, size, 0.01) > 0
    confidence = 0.3 + 0.7 * teacher.confidence
    correct = (random.random(size) < confidence).astype(float)
    unsure = random.uniform(0.07, 0.13, size)
    return Arm(confidence, correct), Arm(np.where(mask, unsure, confidence), np.where(mask, 1.0, correct))


def hardly_an_error(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair two very good models: 1 % and 1.5 % errors, five and seven or eight among 500 items."""
    wrong, extra = bernoulli(random, size, 0.01), bernoulli(random, size, 0.005)
    teacher = expit(random.normal(3, 1, size) - 2.5 * wrong)
    student = expit(logit(teacher) + random.normal(0, 1, size) - 0.5 * extra)
    return Arm(teacher, 1.0 - wrong), Arm(student, 1.0 - np.maximum(wrong, extra))


def sparse_bins(random: np.random.Generator, size: int) -> tuple[Arm, Arm]:
    """Pair two models that are nearly always certain; 2 % and 3 % of the items lie below, half of them right."""
    certain, right = random.uniform(0.95, 1, size), 1.0 - bernoulli(random, size, 0.03)
    anywhere, half = random.uniform(0, 0.93, size), bernoulli(random, size, 0.5)
    of_teacher = bernoulli(random, size, 0.02) > 0
    of_student = of_teacher | (bernoulli(random, size, 0.01) > 0)
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
