"""Whether the limit of many weighted means passes the truth, without solving for it.

Lugannani and Rice's approximation of the deciding probability (1980; off by up to 0.004) decides unless it is close to
5 %. Then the package's integral decides.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from dls.standard.numbers import LEVEL
from dls.statistics.bounded_mean import Units, mean_at_least_p
from dls.statistics.interval import tail

Floats = NDArray[np.float64]
_NEAR = -0.7  # standard errors between mean and truth above which no limit passes the truth
_CLOSE = 0.008  # to 5 %
_ITERATIONS = 40


def above_zero(a: Floats) -> Floats:
    """Return P(the weighted mean > 0) for each row of contributions, and 1 where it is clearly above 5 %."""
    p = np.ones(len(a))
    near = a.sum(axis=1) < _NEAR * np.sqrt((a**2).sum(axis=1))
    if near.any():
        p[near] = _above(a[near])
    for i in np.flatnonzero(np.abs(p - tail(LEVEL)) < _CLOSE):
        row = a[i]
        p[i] = mean_at_least_p(Units(row[:-1], np.ones(row.size - 1), float(row.min()), float(row.max())), 0.0)
    return p


def _above(a: Floats) -> Floats:
    """Return P(Σ E_i a_i > 0) for standard exponential E_i, by row; each sum must be < 0.

    The last contribution is raised to the largest.
    """
    a = np.concatenate([a[:, :-1], a.max(axis=1, keepdims=True)], axis=1)
    low, high = np.zeros(len(a)), 1 / np.maximum(a[:, -1], 1e-300)
    point = np.minimum(-a.sum(axis=1) / (a**2).sum(axis=1), high / 2)
    for _ in range(_ITERATIONS):
        slopes = a / (1 - a * point[:, None])
        first, second = slopes.sum(axis=1), np.einsum("ij,ij->i", slopes, slopes)
        if (np.abs(first) < 1e-6 * np.sqrt(second)).all():
            break
        low, high = np.where(first < 0, point, low), np.where(first > 0, point, high)
        step = point - first / second
        point = np.where((step <= low) | (step >= high), (low + high) / 2, step)
    w = np.sqrt(2 * np.log1p(-a * point[:, None]).sum(axis=1))
    p = norm.sf(w) + norm.pdf(w) * (1 / (point * np.sqrt(second)) - 1 / w)
    return np.where(a[:, -1] <= 0, 0.0, p)
