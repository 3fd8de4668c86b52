"""Probability masses from log-probabilities, in plain Python and without underflow."""

import math
from collections.abc import Sequence

LOWEST = -50.0  # nats that a failed item gives to what it should have said


def log_sum(logprobs: Sequence[float]) -> float:
    """Return log Σ e^x in nats, at least one x given."""
    top = max(logprobs)
    return top + math.log(sum(math.exp(value - top) for value in logprobs))


def mass(logprobs: Sequence[float]) -> float:
    """Return Σ e^x, at most 1: what rounding adds beyond it is no probability."""
    return min(sum(map(math.exp, logprobs)), 1.0)


def sigmoid(log_odds: float) -> float:
    """Return 1 / (1 + e^−x), in [0, 1]."""
    return (1 + math.tanh(log_odds / 2)) / 2


def share(wanted: Sequence[float], other: Sequence[float]) -> float:
    """Return the share that the first of two sets has in their mass, in [0, 1], from log-probabilities in nats."""
    return sigmoid(log_sum(wanted) - log_sum(other))


def certain(place: int, size: int) -> tuple[float, ...]:
    """Return the log-probabilities, in nats, of so many answers of which one is held for certain."""
    return tuple(0.0 if k == place else LOWEST for k in range(size))


def mean(values: Sequence[float]) -> float:
    """Return the mean of one value or more."""
    return sum(values) / len(values)
