"""Distances between two distributions over one vocabulary; nothing is renormalised.

Notation: ``p`` and ``q`` are natural log-probabilities of teacher and student, shape [..., symbols]; results have
shape [...]. A symbol of probability 0 has log-probability −inf.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def kl(p: Floats, q: Floats) -> Floats:
    """Return KL(p ‖ q) in nats, ≥ 0; infinite where q excludes a symbol that p allows (Kullback and Leibler 1951)."""
    with np.errstate(invalid="ignore"):
        terms = np.where(np.isneginf(p), 0.0, np.exp(p) * (p - q))
    total: Floats = np.maximum(terms.sum(axis=-1), 0.0)
    return total


def jsd(p: Floats, q: Floats) -> Floats:
    """Return the Jensen-Shannon divergence in nats, in [0, log 2]; not its root (Lin 1991, eq. 3.1)."""
    middle = np.logaddexp(p, q) - np.log(2)
    return (kl(p, middle) + kl(q, middle)) / 2


def tv(p: Floats, q: Floats) -> Floats:
    """Return the total variation distance, in [0, 1]."""
    distance: Floats = np.abs(np.exp(p) - np.exp(q)).sum(axis=-1) / 2
    return distance


def same_top(p: Floats, q: Floats) -> Floats:
    """Return 1 where both rank the same symbol first, otherwise 0; a tie goes to the lowest symbol."""
    agreement: Floats = (p.argmax(axis=-1) == q.argmax(axis=-1)).astype(np.float64)
    return agreement


def with_rest(p: Floats) -> Floats:
    """Append the log-probability of the rest, so that a lower bound needs no full vocabulary.

    Without the rest, renormalised distributions have a divergence without any relation to the true one.
    """
    rest = np.maximum(1 - np.exp(p).sum(axis=-1, keepdims=True), 0.0)
    with np.errstate(divide="ignore"):
        whole: Floats = np.concatenate([p, np.log(rest)], axis=-1)
    return whole


def option_jsd(p: Floats, q: Floats) -> float:
    """Return one item's Jensen-Shannon divergence in nats, in [0, log 2], over its options and the rest.

    ``p`` and ``q`` have shape [rotations, options]; the result is the mean over the rotations. Nothing is
    renormalised: the result is a lower bound of the divergence over all texts.
    """
    distance = jsd(with_rest(np.asarray(p, dtype=np.float64)), with_rest(np.asarray(q, dtype=np.float64))).mean()
    return float(np.clip(distance, 0.0, np.log(2)))
