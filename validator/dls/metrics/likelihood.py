"""What follows from the likelihood of given texts."""

import math
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def perplexity(nats: Floats, tokens: Floats) -> float:
    """Return exp(Σ nats / Σ tokens), ≥ 1, lower is better; ``nats`` are the texts' negative log-likelihoods, shape [texts]."""
    return math.exp(ratio(nats, tokens))


def bits_per_byte(nats: Floats, size: Floats) -> float:
    """Return Σ nats / (log 2 · Σ bytes), ≥ 0, lower is better; ``size`` counts the texts' UTF-8 bytes, shape [texts]."""
    return ratio(nats, size) / math.log(2)


def ratio(total: Floats, size: Floats) -> float:
    """Return Σ total / Σ size, both of shape [units]; 0 where every size is 0."""
    return float(total.sum() / size.sum()) if size.any() else 0.0


def exposure(rank: int, references: int) -> float:
    """Return log2 |R| − log2 rank in bits, in [0, log2 |R|], lower is better (Carlini et al. 2019, arXiv 1802.08232).

    ``rank`` is the canary's place, from 1, among the references by likelihood.
    """
    return math.log2(references) - math.log2(rank)


def extractable(logprob: float, tries: int = 10_000, probability: float = 0.5) -> bool:
    """Whether a text of this log-probability, in nats, is sampled at least once in some tries with this probability.

    Source: Hayes et al. 2024, arXiv 2410.19482: 1 − (1 − p)^tries ≥ probability.
    """
    if logprob >= 0:
        return True
    return -math.expm1(tries * math.log1p(-math.exp(logprob))) >= probability


def min_k(logprobs: Floats, share: float = 0.2) -> float:
    """Return the mean of a text's lowest token log-probabilities, in nats; higher points to a member.

    The lowest ``share`` of the tokens is taken, one at least; shape [tokens]. Source: Shi et al. 2024, arXiv 2310.16789.
    """
    lowest = np.sort(logprobs)[: max(1, int(share * logprobs.size))]
    return float(lowest.mean())


def pass_at(k: int, samples: int, solved: int) -> float:
    """Return the unbiased chance that one of k samples solves a problem of which ``solved`` of ``samples`` did.

    In [0, 1], higher is better; k ≤ samples. Source: Chen et al. 2021, arXiv 2107.03374, eq. 1.
    """
    return 1 - comb(samples - solved, k) / comb(samples, k)
