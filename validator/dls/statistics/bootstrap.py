"""The bias-corrected and accelerated bootstrap, for statistics that are no bounded mean.

Its resamples are fixed by a key: draw i of resample r is a pure function of (key, r, i), so everybody gets the same
interval from the same records. What it has not seen it does not know: an unbounded mean with rare, large values is
outside of its region, and no method without further assumptions covers it (Bahadur and Savage 1956).

Source: Efron 1987; J. Am. Stat. Assoc. 82, 171-185.
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from dls.standard.numbers import LEVEL
from dls.statistics.interval import Interval, tail

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Statistic = Callable[[Indices], float]
Many = Callable[[Indices], Floats]  # a statistic's values for resamples of shape [resamples, items]

RESAMPLES = 2000
_EVERYTHING = (-math.inf, math.inf)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(32)
_BLOCK = 1 << 21  # draws held at a time
_SAME = 1e-9  # numbers closer than this part of their spread are one number


def key_of(text: str) -> int:
    """Return the 64-bit key of a text: the first 8 bytes, big-endian, of its SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def draws(key: int, resample: int, resamples: int, n: int) -> Indices:
    """Return which units some resamples draw: integers in [0, n), shape [resamples, n].

    Draw i of resample r is the upper half of splitmix64(key + r · n + i) times n, shifted right by 32 bits, in unsigned
    64-bit arithmetic; n < 2^32. Source: Steele, Lea and Flood 2014.
    """
    counter = np.arange(resample * n, (resample + resamples) * n, dtype=np.uint64)
    word = (counter + np.uint64(key)) * _GOLDEN + _GOLDEN
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    word ^= word >> np.uint64(31)
    return ((word >> _HALF) * np.uint64(n) >> _HALF).astype(np.intp).reshape(resamples, n)


def bca(
    statistic: Statistic,
    members: Sequence[Indices] | int,
    key: str,
    bounds: tuple[float, float] = _EVERYTHING,
    level: float = LEVEL,
    many: Many | None = None,
) -> Interval:
    """Return the BCa interval of any statistic of the items.

    Args:
        statistic: takes item indices (with repetitions, shape [items]) and returns one number.
        members: the item indices of every independent unit, or the number of items where each one is a unit.
        key: names the interval, such as ``"uncertainty.multiple_choice/aurc/loss"``; it fixes the resamples.
        bounds: lowest and highest value of the statistic; the interval is cut there, and it is all of them where no
            resample differs from the sample, because then the sample says nothing about its own error.
        level: nominal coverage.
        many: a quicker way to the same values where each item is a unit.
    """
    n = members if isinstance(members, int) else len(members)
    if n == 1:
        return Interval(*bounds, level, "bca")  # nothing is left to ask when the only unit is left out
    everything = np.arange(n)
    observed = statistic(_items(members, everything))
    if many is not None and isinstance(members, int):
        replicates = np.concatenate([many(block) for block in _blocks(key, n)])
        jackknife = np.concatenate([many(block) for block in _without_one(n)])
        return _interval(observed, replicates, jackknife, bounds, level)
    replicates = np.array([statistic(_items(members, drawn)) for drawn in _resamples(key, n)])
    jackknife = np.array([statistic(_items(members, np.delete(everything, i))) for i in range(n)])
    return _interval(observed, replicates, jackknife, bounds, level)


def bca_ratio(
    total: Floats,
    size: Floats,
    key: str,
    bounds: tuple[float, float] = _EVERYTHING,
    level: float = LEVEL,
) -> Interval:
    """Return the BCa interval of sum(total) / sum(size) over independent units, much faster than `bca`.

    A mean is the case where every size is 1. ``total`` and ``size`` have shape [units].
    """
    if total.size == 1:
        return Interval(*bounds, level, "bca")
    replicates = np.concatenate(
        [total[block].sum(axis=1) / size[block].sum(axis=1) for block in _blocks(key, total.size)]
    )
    jackknife = (total.sum() - total) / (size.sum() - size)
    return _interval(float(total.sum() / size.sum()), replicates, jackknife, bounds, level)


def _blocks(key: str, n: int) -> Iterator[Indices]:
    rows = max(1, _BLOCK // n)
    for resample in range(0, RESAMPLES, rows):
        yield draws(key_of(key), resample, min(rows, RESAMPLES - resample), n)


def _without_one(n: int) -> Iterator[Indices]:
    """Yield which units are left when one is left out, shape [units left out, n − 1]."""
    rows, left = max(1, _BLOCK // n), np.arange(n - 1)
    for i in range(0, n, rows):
        yield left + (left >= np.arange(i, min(i + rows, n))[:, np.newaxis])


def _resamples(key: str, n: int) -> Iterator[Indices]:
    for block in _blocks(key, n):
        yield from block


def _items(members: Sequence[Indices] | int, drawn: Indices) -> Indices:
    return drawn if isinstance(members, int) else np.concatenate([members[i] for i in drawn])


def _interval(
    observed: float, replicates: Floats, jackknife: Floats, bounds: tuple[float, float], level: float
) -> Interval:
    spread = float(replicates.max() - replicates.min())
    if spread <= _SAME * max(1.0, abs(observed)):
        return Interval(*bounds, level, "bca")
    normal = NormalDist()
    gap = replicates - observed
    equal = np.abs(gap) <= _SAME * spread  # so that the order of a sum's terms decides nothing
    below = (gap[~equal] < 0).sum() + equal.sum() / 2
    bias = normal.inv_cdf((float(below) + 0.5) / (replicates.size + 1))
    acceleration = _acceleration(jackknife)
    ends = []
    for alpha in (tail(level), 1 - tail(level)):
        shifted = bias + normal.inv_cdf(alpha)
        moved = bias + shifted / (1 - acceleration * shifted)
        ends.append(float(np.quantile(replicates, normal.cdf(moved))))
    return Interval(max(bounds[0], min(ends)), min(bounds[1], max(ends)), level, "bca")


def _acceleration(jackknife: Floats) -> float:
    deviations = jackknife.mean() - jackknife
    scale = float((deviations**2).sum())
    return float((deviations**3).sum()) / (6 * scale**1.5) if scale > 0 else 0.0
