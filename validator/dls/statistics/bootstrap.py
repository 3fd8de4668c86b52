"""The bias-corrected and accelerated bootstrap, for statistics that are no bounded mean.

A key fixes its resamples: draw i of resample r is a pure function of (key, r, i), so the same records always give the
same interval. The bootstrap knows nothing of values that are not in the sample: it does not cover an unbounded mean
with rare, large values, and no method without further assumptions does (Bahadur and Savage 1956).

Source: Efron 1987; J. Am. Stat. Assoc. 82, 171-185.
"""

import hashlib
import math
import os
from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from dls.standard.numbers import LEVEL
from dls.statistics.interval import Interval, tail

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Words = NDArray[np.uint64]
Statistic = Callable[[Indices], float]
BatchStatistic = Callable[[Indices], Floats]  # the values of resamples of shape [resamples, items]

RESAMPLES = 2000
_REAL_LINE = (-math.inf, math.inf)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(32)
_MASK = (1 << 64) - 1
_BLOCK = 1 << 19  # draws in memory at a time
_PART = 1 << 16
_NEAR = 50_000  # draws that stay near the processor with their values
_MOST_THREADS = 8
_TIE = 1e-9  # numbers closer than this part of their spread count as equal


def key_of(text: str) -> int:
    """Return the 64-bit key of a text: the first 8 bytes, big-endian, of its SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def draws(key: int, resample: int, resamples: int, n: int) -> Indices:
    """Return the units that some resamples draw: integers in [0, n), shape [resamples, n].

    Draw i of resample r is the upper half of splitmix64(key + r · n + i) times n, shifted right by 32 bits, in unsigned
    64-bit arithmetic; n < 2^32. Source: Steele, Lea and Flood 2014.
    """
    words = np.empty(resamples * n, dtype=np.uint64)
    part = min(_PART, words.size)
    steps, spare = np.arange(part, dtype=np.uint64) * _GOLDEN, np.empty(part, dtype=np.uint64)
    for start in range(0, words.size, part):  # in parts that stay near the processor, and in place
        word = words[start : start + part]
        _fill(word, steps[: word.size], spare[: word.size], key + resample * n + start, n)
    return words.view(np.int64).astype(np.intp, copy=False).reshape(resamples, n)


def _fill(word: Words, steps: Words, spare: Words, first: int, n: int) -> None:
    """Fill words with as many draws; ``first`` is key + r · n + i of the first of them."""
    np.add(steps, np.uint64((first + 1) * int(_GOLDEN) & _MASK), out=word)
    _mix(word, spare)
    np.multiply(np.right_shift(word, _HALF, out=word), np.uint64(n), out=word)
    np.right_shift(word, _HALF, out=word)


def _resampled_sums(total: Floats, key: str) -> Floats:
    """Return the sum of each resample of many units; each part is drawn, taken and added while it is in the cache."""
    from concurrent.futures import ThreadPoolExecutor  # start-up: for many units alone

    sums = np.zeros(RESAMPLES)

    def fill(resamples: range) -> None:
        n, number = total.size, key_of(key)
        words, spare, values = np.empty(_NEAR, dtype=np.uint64), np.empty(_NEAR, dtype=np.uint64), np.empty(_NEAR)
        steps = np.arange(_NEAR, dtype=np.uint64) * _GOLDEN
        for resample in resamples:
            for start in range(0, n, _NEAR):
                word = words[: n - start]
                _fill(word, steps[: word.size], spare[: word.size], number + resample * n + start, n)
                sums[resample] += total.take(word.view(np.int64), out=values[: word.size], mode="clip").sum()

    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    with ThreadPoolExecutor(threads) as pool:  # numpy lets go of the interpreter's lock
        list(pool.map(fill, (range(first, RESAMPLES, threads) for first in range(threads))))
    return sums


def _mix(word: Words, spare: Words) -> None:
    """Mix the bits of words in place, as splitmix64 does."""
    for shift, factor in ((30, _FIRST), (27, _SECOND), (31, None)):
        np.right_shift(word, np.uint64(shift), out=spare)
        np.bitwise_xor(word, spare, out=word)
        if factor is not None:
            np.multiply(word, factor, out=word)


def bca(
    statistic: Statistic,
    members: Sequence[Indices] | int,
    key: str,
    bounds: tuple[float, float] = _REAL_LINE,
    level: float = LEVEL,
    batch: BatchStatistic | None = None,
) -> Interval:
    """Return the BCa interval of any statistic of the items.

    Args:
        statistic: takes item indices (with repetitions, shape [items]) and returns one number.
        members: the item indices of every independent unit, or the number of items where each item is a unit.
        key: names the interval, such as ``"uncertainty.multiple_choice/aurc/loss"``; it fixes the resamples.
        bounds: lowest and highest value of the statistic. They cut the interval; they are the interval where no
            resample differs from the sample, because then the sample says nothing about its own error.
        level: nominal coverage.
        batch: a faster function of the same values, for many resamples at once, where each item is a unit.
    """
    n = members if isinstance(members, int) else len(members)
    if n == 1:
        return Interval(*bounds, level, "bca")  # without its only unit a sample is empty
    units = np.arange(n)
    estimate = statistic(_items(members, units))
    if batch is not None and isinstance(members, int):
        replicates = np.concatenate([batch(block) for block in _blocks(key, n)])
        jackknife = np.concatenate([batch(block) for block in _leave_one_out(n)])
        return _interval(estimate, replicates, jackknife, bounds, level)
    replicates = np.array([statistic(_items(members, resample)) for resample in _resamples(key, n)])
    jackknife = np.array([statistic(_items(members, np.delete(units, i))) for i in range(n)])
    return _interval(estimate, replicates, jackknife, bounds, level)


def bca_ratio(
    total: Floats,
    size: Floats,
    key: str,
    bounds: tuple[float, float] = _REAL_LINE,
    level: float = LEVEL,
) -> Interval:
    """Return the BCa interval of sum(total) / sum(size) over independent units, much faster than `bca`.

    A mean is the case where every size is 1. ``total`` and ``size`` have shape [units].
    """
    if total.size == 1:
        return Interval(*bounds, level, "bca")
    is_mean = bool((size == 1).all())
    if is_mean and total.size > _NEAR:
        replicates = _resampled_sums(total, key) / total.size
    else:
        sums = [
            (total.take(block).sum(axis=1), total.size if is_mean else size.take(block).sum(axis=1))
            for block in _blocks(key, total.size)
        ]
        replicates = np.concatenate([first / second for first, second in sums])
    jackknife = (total.sum() - total) / (size.sum() - size)
    return _interval(float(total.sum() / size.sum()), replicates, jackknife, bounds, level)


def _blocks(key: str, n: int) -> Iterator[Indices]:
    rows = max(1, _BLOCK // n)
    for resample in range(0, RESAMPLES, rows):
        yield draws(key_of(key), resample, min(rows, RESAMPLES - resample), n)


def _leave_one_out(n: int) -> Iterator[Indices]:
    """Yield the units of the sample without one of them, for one after the other, shape [units left out, n − 1]."""
    rows, units = max(1, _BLOCK // n), np.arange(n - 1)
    for i in range(0, n, rows):
        yield units + (units >= np.arange(i, min(i + rows, n))[:, np.newaxis])


def _resamples(key: str, n: int) -> Iterator[Indices]:
    for block in _blocks(key, n):
        yield from block


def _items(members: Sequence[Indices] | int, units: Indices) -> Indices:
    return units if isinstance(members, int) else np.concatenate([members[i] for i in units])


def _interval(
    estimate: float, replicates: Floats, jackknife: Floats, bounds: tuple[float, float], level: float
) -> Interval:
    spread = float(replicates.max() - replicates.min())
    if spread <= _TIE * max(1.0, abs(estimate)):
        return Interval(*bounds, level, "bca")
    normal = NormalDist()
    gap = replicates - estimate
    equal = np.abs(gap) <= _TIE * spread  # so that the order of a sum's terms decides nothing
    below = (gap[~equal] < 0).sum() + equal.sum() / 2
    bias = normal.inv_cdf((float(below) + 0.5) / (replicates.size + 1))
    acceleration = _acceleration(jackknife)
    ends = []
    for alpha in (tail(level), 1 - tail(level)):
        z = bias + normal.inv_cdf(alpha)
        quantile = normal.cdf(bias + z / (1 - acceleration * z))
        ends.append(float(np.quantile(replicates, quantile)))
    return Interval(max(bounds[0], min(ends)), min(bounds[1], max(ends)), level, "bca")


def _acceleration(jackknife: Floats) -> float:
    deviations = jackknife.mean() - jackknife
    largest = float(np.abs(deviations).max())
    if not 0 < largest < math.inf:
        return 0.0
    shares = deviations / largest  # it has no unit, and the cube of a large number no place in a float
    return float((shares**3).sum() / (6 * (shares**2).sum() ** 1.5))
