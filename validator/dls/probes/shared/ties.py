"""Verdicts that numerical noise could turn: log-probabilities that are compared and lie too close together."""

from collections.abc import Sequence

from dls.standard.numbers import NOISE


def near(first: float, second: float) -> bool:
    """Whether two log-probabilities, in nats, could change places: each may move by the noise."""
    return abs(first - second) < 2 * NOISE


def near_top(logprobs: Sequence[float]) -> bool:
    """Whether the highest of two log-probabilities or more, in nats, could change places with the next one."""
    second, first = sorted(logprobs)[-2:]
    return near(first, second)


def top(logprobs: Sequence[float]) -> int:
    """Return the place of the highest log-probability, the first of equals."""
    return logprobs.index(max(logprobs))
