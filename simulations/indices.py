"""The bootstrap of statistics that are not means: the loss between two models, at its true value."""

from collections.abc import Iterator
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from dls.metrics import calibration, selective
from dls.standard.numbers import LEVEL
from dls.statistics.bootstrap import RESAMPLES, draws, key_of
from dls.statistics.interval import tail
from simulations.cell import Cell, Group
from simulations.pairs import PAIRS, Arm, Pair

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Counts = NDArray[np.float32]
METRICS = ("aurc", "augrc", "error_auroc", "ece_debiased_squared")
SIZES = (500, 200)
_POPULATION = 2_000_000
_BLOCK = 100  # replicates that share their resamples
_EQUAL = 1e-6
_HIGHER = frozenset({"error_auroc"})


def groups() -> Iterator[Group]:
    """Yield the cells of the bootstrap of the confidence statistics, those of one pair and size together."""
    for name, pair in PAIRS:
        for n in SIZES:
            yield Group(f"{name} n {n}", partial(_cells, name, pair, n))


def _cells(name: str, pair: Pair, n: int, replicates: int) -> tuple[Cell, ...]:
    truth = _true_losses(pair)
    random = np.random.default_rng(key_of(f"indices/{name}/{n}"))
    errors = {metric: [0, 0] for metric in METRICS}
    for replicate in range(replicates):
        if replicate % _BLOCK == 0:
            resamples = item_counts(draws(key_of(f"{name}/{n}/{replicate}"), 0, RESAMPLES, n))
        for metric, (low, high) in intervals(*pair(random, n), resamples).items():
            errors[metric][0] += high <= truth[metric]
            errors[metric][1] += low > truth[metric]
    margins = {metric: round(truth[metric], 4) for metric in METRICS}
    shares = {metric: [count / replicates for count in counts] for metric, counts in errors.items()}
    return tuple(
        Cell(f"bca {metric}", name, n, margins[metric], below, above, replicates, inside=False)
        for metric, (below, above) in shares.items()
    )


@cache
def _true_losses(pair: Pair) -> dict[str, float]:
    teacher, student = pair(np.random.default_rng(0), _POPULATION)
    truth = {}
    for metric in METRICS:
        function = getattr(selective, metric, None) or getattr(calibration, metric)
        gap = function(*teacher) - function(*student)
        truth[metric] = gap if metric in _HIGHER else -gap
    return truth


def item_counts(sample: Integers) -> Counts:
    """Return how often each item occurs in each resample, [items, resamples], from their items, [resamples, items]."""
    resamples, n = sample.shape
    places = (sample + np.arange(resamples)[:, None] * n).ravel()
    return np.ascontiguousarray(np.bincount(places, minlength=resamples * n).reshape(resamples, n).T, np.float32)


def intervals(teacher: Arm, student: Arm, counts: Counts) -> dict[str, tuple[float, float]]:
    """Return the BCa interval of the loss in each metric; ``counts`` are those of the resamples."""
    n = counts.shape[0]
    whole, leave_one_out = np.ones((n, 1), np.float32), 1 - np.eye(n, dtype=np.float32)
    samples = (whole, counts, leave_one_out)
    estimate, replicates, jackknife = (losses(teacher, student, columns) for columns in samples)
    return {metric: _bca(float(estimate[metric][0]), replicates[metric], jackknife[metric]) for metric in METRICS}


def losses(teacher: Arm, student: Arm, counts: Counts) -> dict[str, Floats]:
    """Return the loss in each metric for many samples at once, given how often each holds each item."""
    first, second = values(teacher, counts), values(student, counts)
    return {
        metric: first[metric] - second[metric] if metric in _HIGHER else second[metric] - first[metric]
        for metric in METRICS
    }


def values(arm: Arm, counts: Counts) -> dict[str, Floats]:
    """Return each metric for many samples at once. Confidences all differ, so only copies are equal.

    Sorted by confidence, an error at rank r of N adds H(N) - H(r - 1) to N times AURC (H the harmonic numbers) and
    N - r + 1 to N^2 times AUGRC. Only the ranks of the errors are therefore looked up, in sums over all lower ranks.
    """
    order = np.argsort(-arm.confidence)
    wrong = np.flatnonzero(arm.correct[order] == 0)
    total = int(counts[:, 0].sum())
    ranks = counts[order]
    copies = ranks[wrong]
    last = np.cumsum(ranks, axis=0)[wrong]
    first = last - copies  # items ranked before an error's copies
    errors = copies.sum(axis=0, dtype=np.float64)
    pairs = errors * (total - errors)
    right_before = _sum(copies * first) - (errors**2 - _sum(copies * copies)) / 2
    return {
        "aurc": _between(_harmonic_sums(total), first, last) / total,
        "augrc": _sum(copies * (total - (first + last - 1) / 2)) / total**2,
        "error_auroc": np.where(pairs > 0, right_before / np.maximum(pairs, 1), 0.5),
        "ece_debiased_squared": _calibration_error(arm, counts),
    }


def _harmonic_sums(total: int) -> Floats:
    """Return the sums over ranks r = 1 … x of H(total) - H(r - 1), for x = 0 … total."""
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, total + 1))])
    return np.concatenate([[0.0], np.cumsum(harmonic[-1] - harmonic[:-1])])


def _between(sums: Floats, first: Counts, last: Counts) -> Floats:
    total: Floats = (sums.take(last.astype(np.int32)) - sums.take(first.astype(np.int32))).sum(axis=0)
    return total


def _sum(terms: Counts | Floats) -> Floats:
    total: Floats = terms.sum(axis=0, dtype=np.float64)
    return total


def _calibration_error(arm: Arm, counts: Counts) -> Floats:
    bins = np.clip(np.ceil(arm.confidence * calibration.BINS).astype(int) - 1, 0, calibration.BINS - 1)
    members = (bins == np.unique(bins)[:, None]).astype(float)
    rows = np.concatenate([members, members * (arm.confidence - arm.correct), members * arm.correct])
    number, gap, right = np.split((rows.astype(np.float32) @ counts).astype(np.float64), 3)
    several = np.maximum(number, 1)
    variance = right / several * (1 - right / several) / np.maximum(number - 1, 1)
    squares = np.where(number > 1, number * ((gap / several) ** 2 - variance), 0)
    error: Floats = squares.sum(axis=0) / counts[:, 0].sum()
    return error


def _bca(estimate: float, replicates: Floats, jackknife: Floats) -> tuple[float, float]:
    gap = replicates - estimate
    spread = gap.max() - gap.min()
    if spread <= _EQUAL:
        return -np.inf, np.inf
    equal = np.abs(gap) <= _EQUAL * spread
    below = (gap[~equal] < 0).sum() + equal.sum() / 2
    bias = ndtri((below + 0.5) / (replicates.size + 1))
    deviations = jackknife.mean() - jackknife
    scale = (deviations**2).sum()
    skew = (deviations**3).sum() / (6 * scale**1.5) if scale > 0 else 0.0
    quantiles = bias + ndtri([tail(LEVEL), 1 - tail(LEVEL)])
    low, high = np.quantile(replicates, ndtr(bias + quantiles / (1 - skew * quantiles)))
    return float(low), float(high)
