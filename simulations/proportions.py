"""Proportions, by enumeration of all samples: no replicates and no chance."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy
from scipy.stats import binom

from dls.standard.numbers import LEVEL
from dls.statistics.interval import normal_quantile
from dls.statistics.paired_proportion import CONTINUITY
from dls.statistics.proportion import clopper_pearson, wilson
from simulations.cell import Cell, Group

Floats = NDArray[np.float64]
SIZES = (100, 150, 200, 300)
MARGINS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3)
GAIN_RATES = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
RATES = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)


def groups() -> Iterator[Group]:
    """Yield the enumeration, which takes seconds and no replicate."""
    yield Group("all sizes", lambda _: tuple(cells()))


def cells() -> Iterator[Cell]:
    """Yield the cells of the methods for one proportion and for two paired ones."""
    for n in SIZES:
        yield from _paired(n, CONTINUITY, "tango_corrected", inside=True)
        yield from _paired(n, 0.0, "tango", inside=False)
        yield from _single(n)


def score_verdicts(losses: Floats, gains: Floats, n: int, margin: float, continuity: float) -> tuple[Floats, Floats]:
    """Return whether Tango's interval lies wholly below, and wholly above a margin: 1 or 0 for each sample.

    The score statistic is compared at the margin itself, so no limit has to be found.
    """
    b = -losses - gains + (2 * n - losses + gains) * margin
    rate = (np.sqrt(np.maximum(0, b**2 + 8 * n * gains * margin * (1 - margin))) - b) / (4 * n)
    spread = np.sqrt(np.maximum(0, n * (2 * rate + margin * (1 - margin))))
    z = normal_quantile(LEVEL)
    below = losses - gains + continuity - n * margin + z * spread < 0
    above = losses - gains - continuity - n * margin - z * spread > 0
    return below.astype(float), above.astype(float)


def _paired(n: int, continuity: float, method: str, *, inside: bool) -> Iterator[Cell]:
    losses, gains = (grid.ravel().astype(float) for grid in np.meshgrid(np.arange(n + 1), np.arange(n + 1)))
    possible = losses + gains <= n
    losses, gains = losses[possible], gains[possible]
    for margin in MARGINS:
        below, above = score_verdicts(losses, gains, n, margin, continuity)
        for rate in GAIN_RATES:
            if margin + 2 * rate <= 1:
                chance = _trinomial(losses, gains, n, margin + rate, rate)
                truth = f"{margin + rate:g} lost, {rate:g} gained"
                yield Cell(method, truth, n, margin, float(chance @ below), float(chance @ above), inside=inside)


def _trinomial(losses: Floats, gains: Floats, n: int, p_loss: float, p_gain: float) -> Floats:
    from scipy.special import gammaln

    rest = n - losses - gains
    ways = gammaln(n + 1) - gammaln(losses + 1) - gammaln(gains + 1) - gammaln(rest + 1)
    chance: Floats = np.exp(
        ways + xlogy(losses, p_loss) + xlogy(gains, p_gain) + xlogy(rest, max(0.0, 1 - p_loss - p_gain))
    )
    return chance


def _single(n: int) -> Iterator[Cell]:
    for name, method, inside in (("clopper_pearson", clopper_pearson, True), ("wilson", wilson, False)):
        ends = [method(count, n) for count in range(n + 1)]
        low, high = np.array([end.low for end in ends]), np.array([end.high for end in ends])
        for rate in RATES:
            chance = binom.pmf(np.arange(n + 1), n, rate)
            yield Cell(
                name,
                f"rate {rate:g}",
                n,
                rate,
                float(chance[high < rate].sum()),
                float(chance[low > rate].sum()),
                inside=inside,
            )
