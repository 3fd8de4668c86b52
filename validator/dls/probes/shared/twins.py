"""Contrast pairs: two items that differ in one thing, one after the other. A pair is one independent unit."""

from collections.abc import Sequence
from typing import TypeVar

from dls.probes.shared.masses import mean

T = TypeVar("T")


def first(values: Sequence[T]) -> Sequence[T]:
    """Return the values of the first variant of each contrast pair, [pairs], of values in item order, [2 · pairs]."""
    return values[0::2]


def second(values: Sequence[T]) -> Sequence[T]:
    """Return the values of the second variant of each contrast pair, [pairs], of values in item order, [2 · pairs]."""
    return values[1::2]


def alternating(values: Sequence[T]) -> Sequence[T]:
    """Return one variant of each pair, [pairs]: the first of the first pair, the second of the next, and so on."""
    return [values[2 * pair + pair % 2] for pair in range(len(values) // 2)]


def worse_mean(values: Sequence[float]) -> float:
    """Return the lower of the two variants' means: over both, a model that is silent on one still has half."""
    return min(mean(first(values)), mean(second(values)))


def reaction_mass(share: Sequence[float], mass: Sequence[float]) -> float:
    """Return how much of the credit for the right reaction is backed by its own probability, in [0, 1].

    The result is that of the variant where it is less. The share credits share · (1 − mass) beyond the reaction's own
    probability; the result is 1 less that. A model that reacts wrongly gets no credit, and so misses none: its wrong
    reaction is measured as a loss.

    Args:
        share: the right reaction's share in the scored answers, [2 · pairs].
        mass: the probability of all scored answers, [2 · pairs].
    """
    return worse_mean([1 - part * (1 - total) for part, total in zip(share, mass, strict=True)])
