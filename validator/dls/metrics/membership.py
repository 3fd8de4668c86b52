"""Membership inference: conclusions about a training set from scores; higher scores point to members."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.95  # of the lower bound


def one_run_epsilon(score: Floats, member: Floats) -> float:
    """Return a 95 % lower bound of the training's privacy loss ε in nats, ≥ 0, lower is better, from a single model.

    The guess is "planted" for canaries above the median score and "left out" for those below; those at the median get
    no guess. ``member`` holds 1 for a planted canary and 0 for one left out, by a fair coin before training; it has
    shape [canaries] like ``score``. Source: Steinke, Nasr and Jagielski 2023, arXiv 2305.08846, theorem 2.1 (pure
    form, δ = 0).
    """
    side = np.sign(score - np.median(score))
    right = (member[side > 0] == 1).sum() + (member[side < 0] == 0).sum()
    return float(epsilon_bound(np.array([right]), np.array([np.count_nonzero(side)]))[0])


def epsilon_bound(right: Floats, guesses: Floats) -> Floats:
    """Return the largest ε ≥ 0 with P(Binomial(guesses, e^ε / (1 + e^ε)) ≥ right) ≤ 5 %, in nats; 0 without one.

    Both arguments have the shape of the result. It is the log-odds of Clopper and Pearson's one-sided lower limit.
    """
    from scipy.special import betaincinv, logit

    least = np.maximum(right, 1)  # without a right guess there is no bound
    limit = betaincinv(least, np.maximum(guesses - least, 0) + 1, 1 - LEVEL)
    return np.asarray(np.where(limit > 1 / 2, logit(np.maximum(limit, 1 / 2)), 0.0))
