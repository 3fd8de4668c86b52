"""Difficult distributions: the loss of one unit, with a mean that lies exactly at the margin."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, float], Floats]
_MEAN_SIZE, _MEAN_SQUARE = 4.5, 25.5  # of 1 … 8
_GRID = 1000  # values are multiples of 1/1000: many are equal, which saves time


class Truth(NamedTuple):
    """A distribution of bounded losses: ``draw(generator, size, margin)`` has the margin as its mean."""

    name: str
    draw: Draw
    bounds: tuple[float, float] = (-1.0, 1.0)


def gaussian(random: np.random.Generator, size: int, margin: float) -> Floats:
    """Draw losses like those of a Brier score: symmetric, standard deviation 0.2."""
    return margin + 0.2 * random.standard_normal(size).clip(-4, 4)


def rare(random: np.random.Generator, size: int, margin: float) -> Floats:
    """Draw no loss, except on a few items, which lose everything."""
    return (random.random(size) < margin).astype(float)


def rare_in_noise(random: np.random.Generator, size: int, margin: float) -> Floats:
    """Draw as `rare`, hidden in small noise, which gives each sample variation."""
    return np.where(random.random(size) < margin, 1.0, _noise(random, size))


def rare_gain(random: np.random.Generator, size: int, margin: float) -> Floats:
    """Draw losses a little above the margin for most items, and a full gain for a few."""
    share = margin
    usual = (margin + share) / (1 - share)
    return np.where(random.random(size) < share, -1.0, usual + _noise(random, size))


def both_ways(random: np.random.Generator, size: int, margin: float) -> Floats:
    """Draw full losses and full gains, a tenth of them without effect on the mean."""
    u = random.random(size)
    return (u < margin + 0.05).astype(float) - (u > 0.95)  # noqa: PLR2004


def all_or_nothing(random: np.random.Generator, size: int, margin: float) -> Floats:
    """Draw a full loss or a full gain for every item: the largest spread that a mean can have."""
    return np.where(random.random(size) < (1 + margin) / 2, 1.0, -1.0)


def skewed(random: np.random.Generator, size: int, margin: float) -> Floats:
    """Draw from a beta distribution with most of its mass at 0 and a long tail to 1."""
    return _coarse(random, random.beta(0.2, 0.2 * (1 - margin) / margin, size))


def mixed_sizes(random: np.random.Generator, size: int, margin: float) -> Floats:
    """Put a third of the items at risk of losing half, the others near the margin."""
    third = random.random(size) < 1 / 3
    return np.where(third, 0.5 * (random.random(size) < 2 * margin), margin + _noise(random, size))


def breakdown(random: np.random.Generator, size: int, margin: float) -> Floats:
    """Draw divergences per position, at most 10 nats: small ones, and a rare breakdown that makes half of the mean."""
    share = margin / 20
    small = _coarse(random, random.gamma(2.0, margin / 4, size) / (1 - share))
    return np.where(random.random(size) < share, 10.0, small).clip(0, 10)


def whole_clusters(random: np.random.Generator, size: int, margin: float) -> tuple[Floats, Floats]:
    """Return totals and sizes of clusters of one to eight items; larger ones are lost more often, and lost whole."""
    items = random.integers(1, 9, size).astype(float)
    losses = random.random(size) < margin * items * _MEAN_SIZE / _MEAN_SQUARE
    return items * losses, items


def _coarse(random: np.random.Generator, values: Floats) -> Floats:
    """Round to the grid at random, up or down with the probabilities that keep the mean."""
    return np.floor(values * _GRID + random.random(values.size)) / _GRID


def _noise(random: np.random.Generator, size: int) -> Floats:
    return random.integers(-10, 11, size) / _GRID


TRUTHS = (
    Truth("gaussian, sd 0.2", gaussian),
    Truth("rare total losses", rare),
    Truth("rare total losses in noise", rare_in_noise),
    Truth("rare total gains", rare_gain),
    Truth("lost and gained whole", both_ways),
    Truth("beta with a long tail", skewed),
    Truth("a third of the items at risk", mixed_sizes),
)
HARD = (
    (Truth("every item lost or gained whole", all_or_nothing), ((102, 0.05), (108, 0.46))),
    (Truth("rare total losses", rare), ((100, 0.005), (300, 0.005))),
    (Truth("rare total losses in noise", rare_in_noise), ((100, 0.005), (300, 0.005))),
    (Truth("divergence with rarer breakdowns", breakdown, (0.0, 10.0)), ((300, 0.02), (1500, 0.02))),
)
"""Cells that hurt: fewer events than one in a sample, and the widest spread; each with its n and margins."""
BREAKDOWN = Truth("divergence with rare breakdowns", breakdown, (0.0, 10.0))
