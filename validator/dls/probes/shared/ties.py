"""Decisions that numerical noise could turn: two log-probabilities are compared and lie too close together."""

from collections.abc import Sequence

from dls.standard.numbers import NOISE


def near(first: float, second: float) -> bool:
    """Return whether two log-probabilities, in nats, could change places: each may move by the noise."""
    return abs(first - second) < 2 * NOISE


def near_top(logprobs: Sequence[float]) -> bool:
    """Return whether the highest of two or more log-probabilities, in nats, could change places with the next one."""
    second, first = sorted(logprobs)[-2:]
    return near(first, second)


def top(logprobs: Sequence[float]) -> int:
    """Return the index of the highest log-probability, the first of equals."""
    return logprobs.index(max(logprobs))
