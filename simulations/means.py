"""Means: the bounded-mean interval everywhere, the bootstrap where no bound exists, and beside it where one does."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dls.standard.numbers import LEVEL
from dls.statistics.bootstrap import RESAMPLES, draws, key_of
from dls.statistics.bounded_mean import Units, mean_at_least_p, units
from dls.statistics.interval import tail
from simulations.cell import Cell, Group
from simulations.truths import BREAKDOWN, HARD, TRUTHS, Truth, whole_clusters

Floats = NDArray[np.float64]
SIZES_AND_MARGINS = ((100, 0.05), (100, 0.02), (400, 0.03), (1500, 0.02))
BREAKDOWN_SIZES_AND_MARGINS = ((100, 0.5), (200, 0.5), (300, 0.4))
CLUSTERS = "whole clusters of 1 to 8"
_BLOCK = 1000  # replicates that share their resamples


def bounded() -> Iterator[Group]:
    """Yield the cells of the bounded-mean interval, each by itself."""
    for truth in TRUTHS:
        for n, margin in SIZES_AND_MARGINS:
            yield Group(f"{truth.name} n {n} margin {margin}", partial(_bounded, truth, n, margin))
    for truth, sizes_and_margins in HARD:
        for n, margin in sizes_and_margins:
            yield Group(f"{truth.name} n {n} margin {margin}", partial(_bounded, truth, n, margin))
    for n, margin in BREAKDOWN_SIZES_AND_MARGINS:
        yield Group(f"{BREAKDOWN.name} n {n} margin {margin}", partial(_bounded, BREAKDOWN, n, margin))
    for n, margin in SIZES_AND_MARGINS:
        yield Group(f"{CLUSTERS} n {n} margin {margin}", partial(_clusters, n, margin))


def _bounded(truth: Truth, n: int, margin: float, replicates: int) -> tuple[Cell]:
    random = np.random.default_rng(key_of(f"bounded/{truth.name}/{n}/{margin}"))
    return (_errors(truth.name, n, margin, replicates, lambda: units(truth.draw(random, n, margin), truth.bounds)),)


def _clusters(n: int, margin: float, replicates: int) -> tuple[Cell]:
    random = np.random.default_rng(key_of(f"clusters/{n}/{margin}"))
    return (_errors(CLUSTERS, n, margin, replicates, lambda: Units(*whole_clusters(random, n, margin), -1.0, 1.0)),)


def _errors(name: str, n: int, margin: float, replicates: int, draw: Callable[[], Units]) -> Cell:
    alpha, below, above = tail(LEVEL), 0, 0
    for _ in range(replicates):
        sample = draw()
        below += mean_at_least_p(sample, margin) <= alpha
        above += mean_at_least_p(sample.mirrored(), -margin) <= alpha
    return Cell("bounded_mean", name, n, margin, below / replicates, above / replicates, replicates)


def bootstrapped() -> Iterator[Group]:
    """Yield the cells of the BCa bootstrap of a mean: of unbounded values, then of bounded ones, where it errs."""
    for name, draw, inside in UNBOUNDED:
        for n in (100, 200, 300, 500):
            large = inside and n >= SMALLEST_N
            yield Group(f"{name} n {n}", partial(_bootstrapped, name, draw, n, 1.0, inside=large))
    for truth in TRUTHS:
        for n, margin in SIZES_AND_MARGINS[:3]:
            measure = partial(_bootstrapped, truth.name, truth.draw, n, margin, inside=False)
            yield Group(f"{truth.name} n {n} margin {margin}", measure)


def _shift(values: Floats, mean: float) -> Floats:
    return values - mean + 1.0


Draw = Callable[[np.random.Generator, int, float], Floats]
SMALLEST_N = 300
_RARE = 0.01


def _rare_large(random: np.random.Generator, size: int, _margin: float) -> Floats:
    return np.where(random.random(size) < _RARE, 0.5 / _RARE, random.exponential(0.5 / (1 - _RARE), size))


UNBOUNDED: tuple[tuple[str, Draw, bool], ...] = (
    ("normal", lambda random, size, _: _shift(random.standard_normal(size), 0.0), True),
    ("Student t, 5 degrees", lambda random, size, _: _shift(random.standard_t(5, size), 0.0), True),
    ("Laplace", lambda random, size, _: _shift(random.laplace(size=size), 0.0), True),
    ("exponential", lambda random, size, _: random.exponential(size=size), True),
    ("mirrored exponential", lambda random, size, _: _shift(-random.exponential(size=size), -1.0), True),
    ("lognormal, sigma 0.5", lambda random, size, _: np.exp(0.5 * random.standard_normal(size) - 0.125), True),
    ("lognormal, sigma 1", lambda random, size, _: np.exp(random.standard_normal(size) - 0.5), False),
    ("rare large values: 1 % at 50", _rare_large, False),
)


def _bootstrapped(name: str, draw: Draw, n: int, margin: float, replicates: int, *, inside: bool) -> tuple[Cell]:
    random = np.random.default_rng(key_of(f"bca/{name}/{n}/{margin}"))
    below = above = 0
    for block in range(replicates // _BLOCK):
        samples = draw(random, n * _BLOCK, margin).reshape(_BLOCK, n)
        low, high = bca_means(samples, f"{name}/{block}")
        below += int((high <= margin).sum())
        above += int((low > margin).sum())
    return (Cell("bca", name, n, margin, below / replicates, above / replicates, replicates, inside),)


def bca_means(samples: Floats, key: str) -> tuple[Floats, Floats]:
    """Return low and high ends of `dls.statistics.bootstrap.bca_ratio` for many samples at once, shape [samples, n].

    All of them share one set of resamples, which become one matrix of counts.
    """
    from scipy.special import ndtri

    n = samples.shape[1]
    resamples = draws(key_of(key), 0, RESAMPLES, n)
    counts = np.zeros((RESAMPLES, n), dtype=np.float32)
    np.add.at(counts, (np.arange(RESAMPLES)[:, None], resamples), 1)
    mean = samples.mean(axis=1, keepdims=True)
    deviations = samples - mean
    replicates = np.sort(deviations.astype(np.float32) @ counts.T / n, axis=1)
    below = (replicates < 0).sum(axis=1) + (replicates == 0).sum(axis=1) / 2
    bias = ndtri((below + 0.5) / (RESAMPLES + 1))
    scale = (deviations**2).sum(axis=1)
    skew = (deviations**3).sum(axis=1) / (6 * np.where(scale > 0, scale, 1) ** 1.5)
    flat = scale == 0
    low, high = (_quantiles(replicates, bias, skew, alpha) + mean[:, 0] for alpha in (tail(LEVEL), 1 - tail(LEVEL)))
    return np.where(flat, -np.inf, low), np.where(flat, np.inf, high)


def _quantiles(replicates: Floats, bias: Floats, skew: Floats, alpha: float) -> Floats:
    """Return the quantile of each row of sorted replicates at a corrected level, with linear interpolation."""
    from scipy.special import ndtr, ndtri

    z = bias + ndtri(alpha)
    place = ndtr(bias + z / (1 - skew * z)) * (RESAMPLES - 1)
    lower = np.floor(place).astype(int)
    upper = np.minimum(lower + 1, RESAMPLES - 1)
    rows = np.arange(len(replicates))
    quantiles: Floats = replicates[rows, lower] + (place - lower) * (replicates[rows, upper] - replicates[rows, lower])
    return quantiles
