"""Contrast pairs: two items that differ in one thing, one after the other. A pair is one independent unit."""

from collections.abc import Sequence
from typing import TypeVar

from dls.probes.shared.masses import mean

T = TypeVar("T")


def first(values: Sequence[T]) -> Sequence[T]:
    """Return the values of the first variant of every contrast pair, [pairs], of values in item order, [2 · pairs]."""
    return values[0::2]


def second(values: Sequence[T]) -> Sequence[T]:
    """Return the values of the second variant of every contrast pair, [pairs], of values in item order, [2 · pairs]."""
    return values[1::2]


def alternating(values: Sequence[T]) -> Sequence[T]:
    """Return one variant of every pair, [pairs]: the first variant of the first pair, the second of the next, and so on."""
    return [values[2 * pair + pair % 2] for pair in range(len(values) // 2)]


def worse_mean(values: Sequence[float]) -> float:
    """Return the lower mean of the two variants: a model that is silent on one variant has half of the mean over both."""
    return min(mean(first(values)), mean(second(values)))


def reaction_mass(share: Sequence[float], mass: Sequence[float]) -> float:
    """Return how far the wanted reaction of each variant is really spoken, in [0, 1], for the variant where it is less.

    ``share`` is the wanted reaction's share in the scored answers, ``mass`` the probability of all scored answers;
    [2 · pairs]. The share credits share · (1 − mass) beyond the reaction's own probability; that much is missing here. A
    model that reacts wrongly gets no credit, and so misses none: it is measured, and lost.
    """
    return worse_mean([1 - part * (1 - scored) for part, scored in zip(share, mass, strict=True)])
