"""Numbers of a unit that several probes share: margins, contrast pairs, citations, and the student's own text."""

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from dls.metrics.limits import MOST_NATS
from dls.metrics.ranking import auroc

Floats = NDArray[np.float64]


def sigmoid(log_odds: float) -> float:
    """Return 1 / (1 + e^−x) without overflow, in [0, 1]."""
    return (1 + math.tanh(log_odds / 2)) / 2


def soft_margin(positive: float, negative: float) -> float:
    """Return the sigmoid of the difference of two log-probabilities in nats: a bounded margin, in [0, 1]."""
    return sigmoid(positive - negative)


def log_odds(positive: float, negative: float) -> float:
    """Return the difference of two log-probabilities, in nats, higher is better."""
    return positive - negative


def soft_j(positive: float, negative: float) -> float:
    """Return p(reaction where it is right) − p(the same reaction where it is wrong) of one contrast pair, in [−1, 1].

    Higher is better; with decisions in place of probabilities it is Youden's J. Source: Youden 1950.
    """
    return positive - negative


def share(marks: Sequence[bool | float]) -> float:
    """Return the mean of one unit's marks, in [0, 1]; 0 for a unit without marks."""
    return sum(marks) / len(marks) if marks else 0.0


def share_valid(valid: int, samples: int) -> float:
    """Return the share of one prompt's sampled answers that are valid, in [0, 1], higher is better."""
    return valid / samples


def share_changed(reference: object, choices: Sequence[object]) -> float:
    """Return the share of one unit's choices that differ from the reference choice, in [0, 1]."""
    return share([choice != reference for choice in choices])


def citation_precision(citations: Collection[int], sources: Collection[int]) -> float:
    """Return the share of the citations that support the answer, in [0, 1], higher is better; 0 without a citation.

    ``sources`` are the sources that support the answer.
    """
    return len(set(citations) & set(sources)) / max(len(citations), 1)


def citation_recall(citations: Collection[int], sources: Collection[int]) -> float:
    """Return the share of the supporting sources that the answer cites, in [0, 1], higher is better.

    ``sources`` are the sources that support the answer, one or more.
    """
    return len(set(citations) & set(sources)) / len(sources)


def limited_divergence(divergences: Sequence[float]) -> float:
    """Return the smaller of 10 nats and one text's mean divergence over its positions, lower is better; [positions].

    The limit bounds the mean over texts.
    """
    return min(sum(divergences) / len(divergences), MOST_NATS)


def twin_auroc(positive: Floats, negative: Floats) -> float:
    """Return P(the reaction is likelier on an item where it is right than where it is wrong), in [0, 1], ties ½.

    Both arguments have shape [twins]. A constant shift has no effect: a model that never reacts can have 1.
    """
    labels = np.concatenate([np.ones_like(positive), np.zeros_like(negative)])
    return auroc(np.concatenate([positive, negative]), labels)


def drift_slope(*divergences: Floats) -> float:
    """Return the least-squares slope of mean divergence over position, in nats per 100 positions, lower is better.

    Each position has an array of shape [texts], NaN where a text has no such position.
    """
    divergence = np.stack(divergences, axis=1)
    present = ~np.isnan(divergence)
    nonempty = present.any(axis=0)
    mean = np.where(present, divergence, 0).sum(axis=0)[nonempty] / present.sum(axis=0)[nonempty]
    position = np.flatnonzero(nonempty) - np.flatnonzero(nonempty).mean()
    scale = float(position @ position)
    return 100 * float(position @ mean) / scale if scale > 0 else 0.0


def excess_error(on_student: Floats, on_teacher: Floats) -> float:
    """Return 100 (Σ on_student − Σ on_teacher) / Σ on_teacher, in [−100, ∞) per cent, lower is better.

    Each argument holds KL(teacher ‖ student) summed over a text, [texts]: a text of the student, and one of the
    teacher of equal length. A collapsed student can be below 0. Source: Arora et al. 2022, arXiv 2204.01171, eq. 10.
    """
    base = float(on_teacher.sum())
    return 100 * (float(on_student.sum()) - base) / base if base > 0 else 0.0


def memorisation_ratio(memory: Floats, context: Floats) -> float:
    """Return Σ memory / Σ (memory + context), in [0, 1], lower is better; 1 where no answer is either value.

    ``memory`` holds 1 where the answer is the known value, ``context`` where it is the value that the context states;
    shape [items]. Source: Longpre et al. 2021.
    """
    total = float(memory.sum() + context.sum())
    return float(memory.sum()) / total if total else 1.0


def worst_group_accuracy(correct: Floats, group: Floats) -> float:
    """Return the lowest accuracy among the groups, in [0, 1], higher is better; shapes [items]."""
    return float(min(correct[group == number].mean() for number in np.unique(group)))


def drop_out_of_range(within: Floats, beyond: Floats) -> float:
    """Return accuracy within the range − accuracy beyond it, in [−1, 1], lower is better.

    Both hold 1 for a right answer and 0 for a wrong one, shape [units]; a unit is two questions of one kind.
    """
    return float(within.mean() - beyond.mean())
