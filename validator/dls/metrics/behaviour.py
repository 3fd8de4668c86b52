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


def soft_margin(wanted: float, unwanted: float) -> float:
    """Return the sigmoid of the difference of two log-probabilities in nats: a margin as a bounded number, in [0, 1]."""
    return sigmoid(wanted - unwanted)


def log_odds(wanted: float, unwanted: float) -> float:
    """Return the difference of two log-probabilities, in nats, higher is better."""
    return wanted - unwanted


def soft_j(wanted: float, unwanted: float) -> float:
    """Return p(reaction where it is wanted) − p(the same on the other variant) of one contrast pair, in [−1, 1].

    Higher is better; with decisions in place of probabilities it is Youden's J. Source: Youden 1950.
    """
    return wanted - unwanted


def share(marks: Sequence[bool | float]) -> float:
    """Return the mean of one unit's marks, in [0, 1]; 0 where it has none."""
    return sum(marks) / len(marks) if marks else 0.0


def share_valid(valid: int, samples: int) -> float:
    """Return the share of one prompt's sampled answers that are valid, in [0, 1], higher is better."""
    return valid / samples


def share_changed(reference: object, choices: Sequence[object]) -> float:
    """Return the share of one unit's choices that differ from the reference choice, in [0, 1]."""
    return share([choice != reference for choice in choices])


def citation_precision(cited: Collection[int], supporting: Collection[int]) -> float:
    """Return the share of the cited sources that support the answer, in [0, 1], higher is better; 0 without a citation."""
    return len(set(cited) & set(supporting)) / max(len(cited), 1)


def citation_recall(cited: Collection[int], supporting: Collection[int]) -> float:
    """Return the share of the supporting sources that the answer cites, in [0, 1], higher is better; one at least supports it."""
    return len(set(cited) & set(supporting)) / len(supporting)


def limited_divergence(divergences: Sequence[float]) -> float:
    """Return the smaller of 10 nats and one text's mean divergence over its positions, lower is better; [positions].

    The limit makes its mean over texts a bounded one.
    """
    return min(sum(divergences) / len(divergences), MOST_NATS)


def twin_auroc(wanted: Floats, unwanted: Floats) -> float:
    """Return P(the reaction is likelier on a wanted item than on an unwanted one), in [0, 1], ties ½; shapes [twins].

    Blind to a constant shift: a model that reacts nowhere can have 1.
    """
    wanted_first = np.concatenate([np.ones_like(wanted), np.zeros_like(unwanted)])
    return auroc(np.concatenate([wanted, unwanted]), wanted_first)


def drift_slope(*divergences: Floats) -> float:
    """Return the least-squares slope of the mean divergence over the position, in nats per 100 positions, lower is better.

    Each position has an array of shape [texts], NaN where a text has no such position.
    """
    divergence = np.stack(divergences, axis=1)
    counted = ~np.isnan(divergence)
    held = counted.any(axis=0)
    mean = np.where(counted, divergence, 0).sum(axis=0)[held] / counted.sum(axis=0)[held]
    position = np.flatnonzero(held) - np.flatnonzero(held).mean()
    scale = float(position @ position)
    return 100 * float(position @ mean) / scale if scale > 0 else 0.0


def excess_error(own: Floats, given: Floats) -> float:
    """Return 100 (Σ own − Σ given) / Σ given, in [−100, ∞) per cent, lower is better.

    Both sum KL(teacher ‖ student) over a text: of the student, and of the teacher, at equal lengths; shape [texts].
    A collapsed student can be below 0. Source: Arora et al. 2022, arXiv 2204.01171, eq. 10.
    """
    base = float(given.sum())
    return 100 * (float(own.sum()) - base) / base if base > 0 else 0.0


def memorisation_ratio(known: Floats, stated: Floats) -> float:
    """Return Σ known / Σ (known + stated), in [0, 1], lower is better; 1 where neither is ever answered.

    Both hold 1 where the answer is the known, or the stated value; shape [items]. Source: Longpre et al. 2021.
    """
    either = float(known.sum() + stated.sum())
    return float(known.sum()) / either if either else 1.0


def worst_group_accuracy(correct: Floats, group: Floats) -> float:
    """Return the lowest accuracy among the groups, in [0, 1], higher is better; shapes [items]."""
    return float(min(correct[group == one].mean() for one in np.unique(group)))


def drop_out_of_range(within: Floats, beyond: Floats) -> float:
    """Return accuracy within the range − accuracy beyond it, in [−1, 1], lower is better.

    Both hold 1 for a right answer and 0 for a wrong one, side by side for questions of one kind; shapes [units].
    """
    return float(within.mean() - beyond.mean())
