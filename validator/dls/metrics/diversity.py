"""The variety of the valid answers to one prompt: exact from probabilities, or from counts among samples."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def valid_answer_mass(logprobs: Sequence[float]) -> float:
    """Return the total probability of all valid answers, at most 1, higher is better; natural logs, shape [answers]."""
    return min(sum(map(math.exp, logprobs)), 1.0)


def valid_answer_entropy(logprobs: Sequence[float]) -> float:
    """Return the normalised entropy over the valid answers times their mass, in [0, 1], higher is better.

    Args:
        logprobs: natural log-probability of each valid answer, shape [answers], at least two; the rest to 1 lies on
            invalid answers. A model that never gives a valid answer has 0.
    """
    weights = [math.exp(value) for value in logprobs]
    total = sum(weights)
    if total == 0:
        return 0.0
    shares = [weight / total for weight in weights if weight > 0]
    entropy = -sum(share * math.log(share) for share in shares) / math.log(len(logprobs))
    return min(max(entropy, 0.0), 1.0) * valid_answer_mass(logprobs)


def collision_probability(counts: Sequence[int]) -> float:
    """Return the probability that two different samples agree, in [0, 1], lower is better; unbiased (Simpson 1949).

    ``counts``: how often each different answer occurs among the samples, shape [answers]; two samples at least.
    """
    samples = sum(counts)
    return sum(count * (count - 1) for count in counts) / (samples * (samples - 1))


def effective_answers(collisions: "NDArray[np.float64]") -> float:
    """Return 1 / the mean collision probability over prompts, ≥ 1, higher is better; infinite without a collision."""
    mean = float(collisions.mean())
    return 1 / mean if mean > 0 else float("inf")


def distinct(counts: Sequence[int]) -> float:
    """Return the number of different answers, 1 where there is none, higher is better.

    It grows with the number of samples; this number is therefore fixed.
    """
    return float(max(sum(count > 0 for count in counts), 1))


def vendi_2(counts: Sequence[int]) -> float:
    """Return the Vendi score of order 2 under the identity kernel, in [1, samples], higher is better.

    1 without an answer.     Source: Pasarkar and Dieng 2024, arXiv 2310.12952: exp of the Rényi entropy of order 2 of
    the counts' shares.
    """
    total = sum(counts)
    return total**2 / sum(count**2 for count in counts) if total else 1.0
