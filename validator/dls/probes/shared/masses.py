"""Probability masses from log-probabilities, in plain Python and without underflow."""

import math
from collections.abc import Sequence

from dls.standard.numbers import LOWEST_NATS


def log_sum(logprobs: Sequence[float]) -> float:
    """Return log Σ e^x in nats, of at least one x."""
    top = max(logprobs)
    return top + math.log(sum(math.exp(value - top) for value in logprobs))


def mass(logprobs: Sequence[float]) -> float:
    """Return Σ e^x, at most 1: a surplus comes from rounding and is no probability."""
    return min(sum(map(math.exp, logprobs)), 1.0)


def share(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the share that the first of two sets has in their mass, in [0, 1], from log-probabilities in nats."""
    return (1 + math.tanh((log_sum(first) - log_sum(second)) / 2)) / 2


def one_hot(place: int, size: int) -> tuple[float, ...]:
    """Return log-probabilities, in nats, of ``size`` answers: all of the mass lies on the one at ``place``."""
    return tuple(0.0 if k == place else LOWEST_NATS for k in range(size))


def mean(values: Sequence[float]) -> float:
    """Return the mean of one value or more."""
    return sum(values) / len(values)
