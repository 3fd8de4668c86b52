"""Numbers of a unit that several probes share: margins, twins, and the student's own text."""

import numpy as np
from numpy.typing import NDArray

from dls.metrics.ranking import auroc

Floats = NDArray[np.float64]
MOST_NATS = 10.0  # a unit's divergence beyond this counts as this


def sigmoid(log_odds: Floats) -> Floats:
    """Return 1 / (1 + e^−x) without overflow, in [0, 1]: a margin in nats as a bounded number."""
    half: Floats = (1 + np.tanh(log_odds / 2)) / 2
    return half


def soft_j(wanted: Floats, unwanted: Floats) -> float:
    """Return the mean of p(reaction where it is wanted) − p(the same on the twin), in [−1, 1], higher is better.

    Both have shape [twins]. Source: Youden 1950, with probabilities in place of decisions.
    """
    return float((wanted - unwanted).mean())


def twin_auroc(wanted: Floats, unwanted: Floats) -> float:
    """Return P(the reaction is likelier on a wanted item than on an unwanted one), in [0, 1], ties ½; shapes [twins].

    Blind to a constant shift: a model that reacts nowhere can have 1.
    """
    wanted_first = np.concatenate([np.ones_like(wanted), np.zeros_like(unwanted)])
    return auroc(np.concatenate([wanted, unwanted]), wanted_first)


def limited(divergence: Floats) -> Floats:
    """Return the smaller of 10 nats and a unit's mean divergence per position, which makes its mean a bounded one."""
    limited_to: Floats = np.minimum(divergence, MOST_NATS)
    return limited_to


def drift_slope(divergence: Floats) -> float:
    """Return the least-squares slope of the mean divergence over the position, in nats per 100 positions, lower is better.

    ``divergence`` has shape [texts, positions]; NaN where a text has no such position.
    """
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
