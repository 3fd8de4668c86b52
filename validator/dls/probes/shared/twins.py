"""Twins: two items that differ in one thing, one after the other. A pair of twins is one independent unit."""

from collections.abc import Sequence
from typing import TypeVar

from dls.probes.shared.masses import mean

T = TypeVar("T")


def first(values: Sequence[T]) -> Sequence[T]:
    """Return what belongs to the first side of every pair of twins, [twins], of values in item order, [2 · twins]."""
    return values[0::2]


def second(values: Sequence[T]) -> Sequence[T]:
    """Return what belongs to the second side of every pair of twins, [twins], of values in item order, [2 · twins]."""
    return values[1::2]


def lead(wanted: Sequence[float], unwanted: Sequence[float]) -> list[float]:
    """Return, for every pair of twins, how much more of a reaction there is where it is wanted; its mean is Youden's J."""
    return [one - other for one, other in zip(wanted, unwanted, strict=True)]


def worse_mean(values: Sequence[float]) -> float:
    """Return the lower one of both sides' means: who goes silent on one side alone has half of the mean over both."""
    return min(mean(first(values)), mean(second(values)))


def really_said(share: Sequence[float], mass: Sequence[float]) -> float:
    """Return how far the reaction that is wanted on each side is really given, in [0, 1], on the side where it is less.

    ``share`` is the wanted reaction's share in what is scored, ``mass`` the probability of all that is scored; [2 · twins].
    What the share credits beyond the reaction's own probability, share · (1 − mass), is missing. A model that reacts
    wrongly is credited with nothing, and so misses nothing: it is measured, and lost.
    """
    return worse_mean([1 - part * (1 - held) for part, held in zip(share, mass, strict=True)])
