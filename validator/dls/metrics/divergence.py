"""Distances between two distributions over the same symbols; nothing is renormalised.

Notation: ``p`` and ``q`` are natural log-probabilities of teacher and student, shape [symbols]. A symbol of probability
0 has log-probability −inf.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Logs = Sequence[float]


def kl(p: Logs, q: Logs) -> float:
    """Return KL(p ‖ q) in nats, ≥ 0; infinite where q excludes a symbol that p allows (Kullback and Leibler 1951)."""
    return max(sum(math.exp(a) * (a - b) for a, b in zip(p, q, strict=True) if a != -math.inf), 0.0)


def reverse_kl(p: Logs, q: Logs) -> float:
    """Return KL(q ‖ p) in nats, ≥ 0, as `kl`."""
    return kl(q, p)


def jsd(p: Logs, q: Logs) -> float:
    """Return the Jensen-Shannon divergence in nats, in [0, log 2]; not its root (Lin 1991, eq. 3.1)."""
    middle = [_log_mean(a, b) for a, b in zip(p, q, strict=True)]
    return (kl(p, middle) + kl(q, middle)) / 2


def tv(p: Logs, q: Logs) -> float:
    """Return the total variation distance, in [0, 1]."""
    return sum(abs(math.exp(a) - math.exp(b)) for a, b in zip(p, q, strict=True)) / 2


def same_top(p: Logs, q: Logs) -> float:
    """Return 1 where both rank the same symbol first, otherwise 0; a tie goes to the lowest symbol."""
    first, second = list(p), list(q)
    return float(first.index(max(first)) == second.index(max(second)))


def with_rest(p: Logs) -> list[float]:
    """Append the log-probability of the rest, so that a lower bound needs no full vocabulary.

    Dropping the rest and renormalising instead gives a number without any relation to the true divergence.
    """
    rest = 1 - sum(map(math.exp, p))
    return [*p, math.log(rest) if rest > 0 else -math.inf]


def option_jsd(p: ArrayLike, q: ArrayLike) -> Floats:
    """Return the Jensen-Shannon divergence of each item in nats, in [0, log 2], over its options and one rest.

    ``p`` and ``q`` have shape [rotations, options] or [items, rotations, options]; the rotations are averaged. Nothing
    is renormalised, so it is a lower bound of the divergence over all texts.
    """
    first, second = (_with_rests(np.asarray(part, dtype=np.float64)) for part in (p, q))
    middle = np.logaddexp(first, second) - math.log(2)
    distances = (_kl_of_each(first, middle) + _kl_of_each(second, middle)) / 2
    return np.asarray(np.clip(distances.mean(axis=-1), 0.0, math.log(2)))


def _with_rests(p: Floats) -> Floats:
    """Return `with_rest` of each row."""
    rest = 1 - np.exp(p).sum(axis=-1, keepdims=True)
    return np.concatenate([p, np.log(rest, out=np.full_like(rest, -np.inf), where=rest > 0)], axis=-1)


def _kl_of_each(p: Floats, q: Floats) -> Floats:
    """Return `kl` of each row."""
    gap = np.subtract(p, q, out=np.zeros_like(p), where=p > -np.inf)
    return np.asarray(np.maximum((np.exp(p) * gap).sum(axis=-1), 0.0))


def _log_mean(a: float, b: float) -> float:
    """Return log((e^a + e^b) / 2) without overflow."""
    larger = max(a, b)
    return larger if larger == -math.inf else larger + math.log1p(math.exp(-abs(a - b))) - math.log(2)
