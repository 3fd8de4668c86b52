"""How varied valid answers are: exactly from probabilities, or from counts among samples."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def valid_answer_entropy(logprobs: Floats) -> float:
    """Return the normalised entropy over the valid answers times their mass, in [0, 1], higher is better.

    Args:
        logprobs: natural log-probability of every valid answer, shape [answers], at least two; the rest to 1 is what the
            model says instead. A model that never gives a valid answer has 0.
    """
    mass = float(np.exp(logprobs).sum())
    if mass == 0:
        return 0.0
    shares = np.exp(logprobs) / mass
    held = shares[shares > 0]
    entropy = -float(held @ np.log(held)) / float(np.log(logprobs.size))
    return float(np.clip(entropy, 0, 1)) * min(mass, 1.0)


def stated_distribution_error(logprobs: Floats, stated: Floats) -> float:
    """Return the total variation distance to a stated distribution over the answers, in [0, 1], lower is better.

    Both have shape [answers]; what the model says instead counts as error.
    """
    given = np.exp(logprobs)
    return float((np.abs(stated - given).sum() + max(1 - given.sum(), 0.0)) / 2)


def collision_probability(counts: Integers) -> float:
    """Return the probability that two different samples agree, in [0, 1], lower is better; unbiased (Simpson 1949).

    ``counts`` says how often each different answer occurs among the samples, shape [answers]; two samples at least.
    """
    k = int(counts.sum())
    return float((counts * (counts - 1)).sum() / (k * (k - 1)))


def effective_answers(collisions: Floats) -> float:
    """Return 1 / the mean collision probability over prompts, ≥ 1, higher is better; infinite where nothing collides."""
    mean = float(collisions.mean())
    return 1 / mean if mean > 0 else float("inf")


def distinct(counts: Integers) -> int:
    """Return the number of different answers, higher is better; it grows with the number of samples, so that is fixed."""
    return int((counts > 0).sum())


def vendi_2(counts: Integers) -> float:
    """Return the Vendi score of order 2 under the identity kernel, in [1, samples], higher is better; 1 without an answer.

    Source: Pasarkar and Dieng 2024, arXiv 2310.12952: exp of the Rényi entropy of order 2 of the counts' shares.
    """
    total = float(counts.sum())
    return total**2 / float((counts.astype(np.float64) ** 2).sum()) if total else 1.0
