"""The bounded-influence interval of the statistics of confidence: the loss between two models, and one model's value.

Many samples are measured together, by another derivation of the contributions than the package's.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dls.metrics import calibration, selective
from dls.metrics.calibration import BINS
from dls.standard.numbers import LEVEL
from dls.statistics.bootstrap import key_of
from dls.statistics.bounded_influence import METHOD
from dls.statistics.interval import tail
from simulations.cell import Cell, Group
from simulations.pairs import AWKWARD, PAIRS, Arm, Pair
from simulations.weighted_means import above_zero

Floats = NDArray[np.float64]
METRICS = ("aurc", "augrc", "error_auroc", "ece_debiased_squared")
HIGHER = frozenset({"error_auroc"})
SIZES = (200, 500, 1500)
SMALLEST_N = 500
_POPULATION, _POPULATIONS = 2_000_000, 10
_BATCH = 100_000  # items that are measured together
TOP, BOTTOM = 1 + 1e-12, -1e-300
_CORNERS = tuple((place, right) for place in (TOP, BOTTOM) for right in (0.0, 1.0))
_CANDIDATES = {
    "aurc": (((TOP, 0.0),), ((TOP, 1.0),)),
    "augrc": (((TOP, 0.0),), ((TOP, 1.0),)),
    "error_auroc": (((BOTTOM, 0.0),), ((TOP, 0.0),)),
    "ece_debiased_squared": (_CORNERS, _CORNERS),
}


class Reach(NamedTuple):
    """Contributions with the added unit that raises the most, and that lowers the most; [samples, units + 1]."""

    highest: Floats
    lowest: Floats


def groups() -> Iterator[Group]:
    """Yield the cells of one pair and size together: the loss and the student's value in each metric."""
    for name, pair in PAIRS + AWKWARD:
        for n in SIZES:
            yield Group(f"{name} n {n}", partial(_cells, name, pair, n))


def _cells(name: str, pair: Pair, n: int, replicates: int) -> tuple[Cell, ...]:
    truth, random = true_values(pair), np.random.default_rng(key_of(f"influences/{name}/{n}"))
    errors = {(metric, kind): np.zeros(2) for metric in METRICS for kind in ("loss", "value")}
    for start in range(0, replicates, _BATCH // n):
        size = min(_BATCH // n, replicates - start)
        teacher, student = (Arm(*(row.reshape(size, n) for row in arm)) for arm in pair(random, size * n))
        for metric in METRICS:
            loss, value = _errors(metric, reach(metric, teacher), reach(metric, student), truth[metric])
            errors[metric, "loss"] += loss
            errors[metric, "value"] += value
    shares = {key: [float(count) / replicates for count in counts] for key, counts in errors.items()}
    inside = n >= SMALLEST_N
    return tuple(
        Cell(f"{METHOD} {metric} {kind}", name, n, _margin(truth[metric], kind), below, above, replicates, inside)
        for (metric, kind), (below, above) in shares.items()
    )


def _errors(metric: str, teacher: Reach, student: Reach, truth: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return the error counts of the loss and of the student's value."""
    teacher_value, student_value = truth
    if metric in HIGHER:
        loss = error_counts(minus(teacher, student), teacher_value - student_value)
        return loss, error_counts(student, student_value)[::-1]
    loss = error_counts(minus(student, teacher), student_value - teacher_value)
    return loss, error_counts(student, student_value)


def _margin(truth: tuple[float, float], kind: str) -> float:
    return round(truth[1] - (truth[0] if kind == "loss" else 0), 4)


@cache
def true_values(pair: Pair) -> dict[str, tuple[float, float]]:
    """Return the values of teacher and student in each metric, means over populations."""
    values: dict[str, tuple[float, float]] = {}
    populations = [pair(np.random.default_rng(1000 + i), _POPULATION) for i in range(_POPULATIONS)]
    for metric in METRICS:
        function = getattr(selective, metric, None) or getattr(calibration, metric)
        teacher, student = ([function(*arm) for arm in arms] for arms in zip(*populations, strict=True))
        values[metric] = float(np.mean(teacher)), float(np.mean(student))
    return values


def minus(first: Reach, second: Reach) -> Reach:
    """Return the reach of a difference."""
    return Reach(first.highest - second.lowest, first.lowest - second.highest)


def reach(metric: str, arm: Arm) -> Reach:
    """Return the contributions of many samples to a metric, each with one added unit; the arm is [samples, units]."""
    raising, lowering = _CANDIDATES[metric]
    return Reach(_farthest(metric, arm, raising, 1), _farthest(metric, arm, lowering, -1))


def _farthest(metric: str, arm: Arm, candidates: tuple[tuple[float, float], ...], sign: int) -> Floats:
    farthest = None
    for extreme in candidates:
        arm_plus = Arm(*(np.insert(row, row.shape[1], value, axis=1) for row, value in zip(arm, extreme, strict=True)))
        new = _contributions(metric, arm_plus, lone=sign > 0)
        farthest = new if farthest is None else np.where(sign * new[:, -1:] > sign * farthest[:, -1:], new, farthest)
    assert farthest is not None
    return farthest


def _contributions(metric: str, arm: Arm, *, lone: bool) -> Floats:
    if metric == "ece_debiased_squared":
        return _of_bins(arm, lone=lone)
    order = np.argsort(-arm.confidence, axis=1)
    wrong = 1 - np.take_along_axis(arm.correct, order, 1)
    contributions = np.empty_like(wrong)
    of_metric = {"aurc": _of_risks, "augrc": _of_shares, "error_auroc": _of_ranks}[metric]
    np.put_along_axis(contributions, order, of_metric(wrong), 1)
    return contributions


def _of_risks(wrong: Floats) -> Floats:
    rank = np.arange(1, wrong.shape[1] + 1)
    risk = np.cumsum(wrong, axis=1) / rank
    weight = np.cumsum((1 / rank)[::-1])[::-1]
    return np.asarray(risk + wrong * weight - np.cumsum((risk / rank)[:, ::-1], axis=1)[:, ::-1])


def _of_shares(wrong: Floats) -> Floats:
    n, before = wrong.shape[1], np.cumsum(wrong, axis=1)
    return np.asarray((before + wrong * np.arange(n, 0, -1) - before.mean(axis=1, keepdims=True)) / n)


def _of_ranks(wrong: Floats) -> Floats:
    n, before = wrong.shape[1], np.cumsum(wrong, axis=1)
    wrongs = before[:, -1:]
    rights = n - wrongs
    above, below = np.arange(1, n + 1) - before, wrongs - before
    value = ((1 - wrong) * below).sum(axis=1, keepdims=True) / np.maximum(wrongs * rights, 1)
    of_wrong = (above / np.maximum(rights, 1) - value) / np.maximum(wrongs, 1)
    of_right = (below / np.maximum(wrongs, 1) - value) / np.maximum(rights, 1)
    return np.where(wrongs * rights > 0, value + n * np.where(wrong > 0, of_wrong, of_right), 0.5)


def _of_bins(arm: Arm, *, lone: bool) -> Floats:
    samples, n = arm.confidence.shape
    place = np.clip(np.ceil(arm.confidence * BINS).astype(int) - 1, 0, BINS - 1) + np.arange(samples)[:, None] * BINS
    gaps = arm.confidence - arm.correct
    count, gap, right = (
        np.bincount(place.ravel(), weight, samples * BINS) for weight in (None, gaps.ravel(), arm.correct.ravel())
    )
    several = np.maximum(count, 1)
    mean, accuracy = gap / several, right / several
    square = count * (mean**2 - accuracy * (1 - accuracy) / np.maximum(count - 1, 1))
    if not lone:
        square[count == 1] = 0
    value = square.reshape(samples, BINS).sum(axis=1, keepdims=True) / n
    change = mean[place] * (2 * gaps - mean[place])
    return np.asarray(value + change - change.mean(axis=1, keepdims=True))


def error_counts(interval: Reach, truth: float) -> Floats:
    """Return the number of samples whose higher limit lies below the truth, and of those whose lower one lies above."""
    alpha = tail(LEVEL)
    return np.array(
        [(above_zero(interval.highest - truth) <= alpha).sum(), (above_zero(truth - interval.lowest) <= alpha).sum()]
    )
