"""The interval of a bounded mean, in which even rare losses count.

A bootstrap knows only the values in its sample. Suppose that one item in a hundred has the worst loss, and the sample
has a hundred items: in a third of all samples there is no such item, and a bootstrap then promises that there is no
loss. Here a sample of n units gets one additional unit, at the worst value that the metric allows. The n + 1 values get
weights from the flat Dirichlet distribution; the limit is a quantile of the weighted mean. For a proportion it is
Clopper and Pearson's limit, for a sample without any variation the rule of three.

Sources: Gaffke 2005; Learned-Miller and Thomas 2019, arXiv 1905.06208 (coverage for every bounded distribution is
their conjecture; `make simulate` measures it here).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dls.errors import DlsError
from dls.standard.numbers import LEVEL
from dls.statistics.interval import Interval, tail

Floats = NDArray[np.float64]
_NEGLIGIBLE = 1e-11  # of the integrand, relative to its value on the real axis
_ACCURACY = 24.0  # the sum over the line errs by about exp(−24)
_FIRST_NODES = 32
_BLOCK = 1 << 18  # complex numbers in memory at a time
_GROUP = 16
_NEAR = 0.25  # the largest |u w| for which the series of a logarithm is taken
_SMALL_SAMPLE = 512  # atoms, below which the logarithms themselves are as fast
_MOST_NODES = 1 << 20
_TOLERANCE = 1e-9  # of a limit, relative to the range
_ROUNDING = 1e-9  # by which the rounding of a sum may move a value out of the range, relative to the range
_LEAST = 1e-300  # a probability whose normal quantile is still finite


class Units(NamedTuple):
    """Independent units: the mean is sum(total) / sum(size), and a unit's total lies in [low · size, high · size].

    ``total`` and ``size`` have shape [units]; without clusters every size is 1.
    """

    total: Floats
    size: Floats
    low: float
    high: float

    def mirrored(self) -> "Units":
        """Return the units of the negated values, whose upper limit is the negated lower limit."""
        return Units(-self.total, self.size, -self.high, -self.low)


def units(values: Floats, bounds: tuple[float, float], clusters: NDArray[np.int64] | None = None) -> Units:
    """Gather per-item values into independent units.

    Args:
        values: one per item, shape [items], each inside ``bounds``.
        bounds: lowest and highest value that the metric allows an item.
        clusters: the cluster number of every item, shape [items], 0 … clusters − 1; None where each item is a unit.

    Raises:
        DlsError: a value lies outside of the bounds, so that the interval would not be valid.
    """
    inside: Floats = np.clip(values, *bounds)
    if not np.allclose(inside, values, rtol=0, atol=_ROUNDING * (bounds[1] - bounds[0])):
        raise DlsError(
            f"Values from {values.min()} to {values.max()} leave the metric's range {bounds}; correct the records."
        )
    if clusters is None:
        return Units(inside, np.ones_like(inside), *bounds)
    total = np.bincount(clusters, weights=inside).astype(np.float64)
    return Units(total, np.bincount(clusters).astype(np.float64), *bounds)


def bounded_mean_interval(sample: Units, level: float = LEVEL) -> Interval:
    """Return the interval of a mean of bounded values.

    Raises:
        DlsError: there is no unit.
    """
    if not sample.total.size:
        raise DlsError("An interval needs at least one unit, and the sample has none; measure some.")
    alpha = tail(level)
    return Interval(-upper_limit(sample.mirrored(), alpha), upper_limit(sample, alpha), level, "bounded_mean")


def mean_at_least_p(sample: Units, margin: float) -> float:
    """Return the one-sided p-value of "the mean is at least the margin", in [0, 1]."""
    if margin >= sample.high:
        return 0.0
    return _above(_Atoms.of(sample), margin)


class _Atoms(NamedTuple):
    """Distinct units with their counts, the worst unit among them; shapes [atoms]."""

    total: Floats
    size: Floats
    weight: Floats

    @classmethod
    def of(cls, sample: Units) -> "_Atoms":
        largest = sample.size.max()
        pairs = np.append(sample.total, sample.high * largest) + 1j * np.append(sample.size, largest)
        distinct, count = np.unique(pairs, return_counts=True)  # complex numbers sort fast
        return cls(distinct.real, distinct.imag, count.astype(np.float64))

    def mean(self) -> float:
        return float(self.weight @ self.total / (self.weight @ self.size))


def upper_limit(sample: Units, alpha: float) -> float:
    """Return the limit that the mean exceeds with probability alpha."""
    from scipy.optimize import brentq
    from scipy.special import ndtri

    atoms = _Atoms.of(sample)
    mean = atoms.mean()
    reach = (
        2 * math.sqrt(float(atoms.weight @ (atoms.total - mean * atoms.size) ** 2)) / float(atoms.weight @ atoms.size)
    )
    if mean >= sample.high or reach == 0:
        return sample.high

    def excess(limit: float) -> float:  # nearly linear: its root takes few evaluations
        return float(ndtri(max(_above(atoms, limit), _LEAST)) - ndtri(alpha))

    while mean + reach < sample.high and excess(mean + reach) > 0:
        reach *= 1.5
    high = min(mean + reach, sample.high)
    return float(brentq(excess, mean, high, xtol=_TOLERANCE * (sample.high - sample.low)))


def _above(atoms: _Atoms, limit: float) -> float:
    """Return the probability that the weighted mean exceeds a limit.

    The weights are exponential variables divided by their sum, so it is P(Σ E_i a_i > 0) with
    a_i = total_i − limit · size_i: the integral of exp(K(s)) / s along a line parallel to the imaginary axis, K the
    cumulant function −Σ log(1 − a_i s) (Daniels 1987, eq. 3.2).
    """
    a = atoms.total - limit * atoms.size
    a[np.abs(a) < _LEAST] = 0  # a difference whose reciprocal overflows counts as 0
    if atoms.weight @ a > 0:
        return 1 - _positive(-a, atoms.weight)
    return _positive(a, atoms.weight)


def _positive(a: Floats, count: Floats) -> float:
    """Return P(Σ E_i a_i > 0) for independent standard exponential E_i, where Σ a_i ≤ 0."""
    if a.max() <= 0:
        return 0.0
    pole = 1 / a.max()
    line = max(_saddle(a, count, pole), min(pole, 1 / math.sqrt(float(count @ a**2))) / 2)
    step = 2 * math.pi * min(line, pole - line) / _ACCURACY
    slopes = a / (1 - a * line)
    characteristic = _characteristic_of_many if a.size > _SMALL_SAMPLE else _characteristic
    total, start, nodes = 0.5 / line, 1, _FIRST_NODES
    while start < _MOST_NODES:
        u = step * np.arange(start, start + nodes)
        values = characteristic(slopes, count, u) / (line + 1j * u)
        total += float(values.real.sum())
        if abs(values[-1]) * line < _NEGLIGIBLE:
            break
        start, nodes = start + nodes, min(2 * nodes, max(_FIRST_NODES, _BLOCK // a.size))
    peak = math.exp(-float(count @ np.log1p(-a * line)))
    return float(np.clip(total * step / math.pi * peak, 0.0, 1.0))


def _characteristic_of_many(slopes: Floats, count: Floats, u: Floats) -> NDArray[np.complex128]:
    """Return the same as `_characteristic`, for many atoms: exp(Σ (i u)^k Σ count w^k / k) of all with a small |u w|.

    A few power sums stand for all of these; the others take their own logarithms.
    """
    is_near = np.abs(slopes) * float(u[-1]) < _NEAR
    near, weight = slopes[is_near], count[is_near]
    logs, power, factor = np.zeros_like(u, dtype=np.complex128), weight, np.ones_like(u, dtype=np.complex128)
    for k in range(1, _terms(float(weight.sum())) + 1):
        power, factor = power * near, factor * (1j * u)
        logs += factor * (float(power.sum()) / k)
    result: NDArray[np.complex128] = np.exp(logs)
    return result if is_near.all() else result * _characteristic(slopes[~is_near], count[~is_near], u)


def _terms(atoms: float) -> int:
    """Return how many terms leave a negligible rest of a number of atoms, each of which has |u w| below `_NEAR`."""
    return math.ceil(math.log(_NEGLIGIBLE * 1e-3 / max(atoms, 1.0)) / math.log(_NEAR))


def _characteristic(slopes: Floats, count: Floats, u: Floats) -> NDArray[np.complex128]:
    """Return Π (1 − i u w)^−count over the atoms' slopes w, at every u; shape [u]."""
    repeats = count > 1
    logs = np.log(1 - 1j * np.outer(u, slopes[repeats])) @ count[repeats]
    singles = slopes[~repeats]
    singles = np.append(singles, np.zeros(-singles.size % _GROUP)).reshape(-1, _GROUP, 1)
    products = np.multiply.reduce(1 - 1j * singles * u, axis=1)  # [groups, u]: far fewer logarithms, and no overflow
    result: NDArray[np.complex128] = np.exp(-logs - np.log(products).sum(axis=0))
    return result


def _saddle(a: Floats, count: Floats, pole: float) -> float:
    """Return the root of K'(s) = Σ a_i / (1 − a_i s) in [0, pole); 0 where K' is at least 0 there."""
    from scipy.optimize import brentq

    def slope(s: float) -> float:
        return float(count @ (a / (1 - a * s)))

    end = pole * (1 - 1e-9)
    if slope(0.0) >= 0 or slope(end) <= 0:
        return 0.0
    return float(brentq(slope, 0.0, end, rtol=1e-6))
