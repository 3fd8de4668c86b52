"""Tango's corrected interval on a fine grid of n, margins and discordances, by enumeration of all samples.

The discordance is the share of items that only one of the models gets right. It runs from the margin, where the student
gains nothing, to 1, where no item is answered alike.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammaln, xlog1py, xlogy

from dls.statistics.paired_proportion import CONTINUITY
from simulations.cell import GATE, Cell, Group
from simulations.proportions import score_verdicts

Floats = NDArray[np.float64]
METHOD = "tango_corrected"
BLOCKS = (range(100, 150), range(150, 200), range(200, 250), range(250, 301), range(310, 1001, 10))
STEPS = 20  # equal ones, from the margin to 1
ABOVE_MARGIN = (0.001, 0.002, 0.004, 0.006, 0.008, 0.01, 0.014, 0.02)  # few gains, where the errors change most
BELOW_ONE = (0.001, 0.01)


class Band(NamedTuple):
    """Margins of the grid, in rising order."""

    name: str
    margins: tuple[float, ...]


SMALL = Band("margins to 0.1", tuple(step / 200 for step in range(1, 21)))
LARGE = Band("margins to 0.5", tuple(step / 100 for step in range(11, 51)))
STATED = 0.064
"""The largest error that the documentation states for the grid."""
HARDEST = ((102, 0.05, 1.0), (108, 0.46, 1.0), (167, 0.025, 0.033))
"""Cells that hurt, as n, margin and discordance: two that are too often `preserved`, and one too often `lost`."""


def groups() -> Iterator[Group]:
    """Yield the cells that hurt, and the worst cells of each block of n; no group takes replicates."""
    yield Group("cells that hurt", lambda _: tuple(_hard(*cell) for cell in HARDEST))
    for sizes in BLOCKS:
        yield Group(f"n {sizes[0]} to {sizes[-1]}", partial(_worst_cells, sizes))


def _hard(n: int, margin: float, discordance: float) -> Cell:
    _, preserved, lost = errors(n, margin, np.array([discordance]))
    return Cell(METHOD, f"discordance {discordance:g}", n, margin, float(preserved[0]), float(lost[0]), gate=STATED)


def _worst_cells(sizes: Sequence[int], _replicates: int) -> tuple[Cell, ...]:
    return tuple(cell for band in (SMALL, LARGE) for cell in _worst_of_band(sizes, band))


def _worst_of_band(sizes: Sequence[int], band: Band) -> Iterator[Cell]:
    """Yield the cell that is most often falsely `preserved`, and the one that is most often falsely `lost`."""
    places = [(n, margin) for n in sizes for margin in band.margins]
    shares = np.array([errors(n, margin, discordances(margin))[1:] for n, margin in places])  # [place, kind, column]
    over = int((shares.max(axis=1) > GATE).sum())
    size = shares[:, 0].size
    for kind in range(2):
        place, column = np.unravel_index(shares[:, kind].argmax(), shares[:, kind].shape)
        n, margin = places[place]
        truth = f"discordance {discordances(margin)[column]:.3g}, worst of {size} cells, {over} above {GATE:.1%}"
        preserved, lost = shares[place, :, column].tolist()
        yield Cell(f"{METHOD}, {band.name}", truth, n, margin, preserved, lost, gate=STATED)


class Errors(NamedTuple):
    """The shares of samples whose interval lies wholly below and wholly above the truth, by discordance."""

    discordance: Floats
    false_preserved: Floats
    false_lost: Floats


def discordances(margin: float) -> Floats:
    """Return the grid's discordances at a margin, from the margin to 1."""
    few_gains, few_alike = (margin + step for step in ABOVE_MARGIN), (1 - step for step in BELOW_ONE)
    return np.sort([*np.linspace(margin, 1.0, STEPS + 1), *few_gains, *few_alike])


def errors(n: int, margin: float, discordance: Floats, continuity: float = CONTINUITY) -> Errors:
    """Return the errors of the interval where the true loss is the margin.

    Of k discordant items each is a loss with the same probability, so the errors are sums over k of binomial tails.
    """
    k = np.arange(n + 1.0)
    preserved, lost = _thresholds(n, margin, continuity)
    share = (discordance + margin) / (2 * discordance)
    weights = _binomial(n, discordance)
    below = 1 - _at_least(preserved + 1, k, share)
    return Errors(discordance, (weights * below).sum(axis=1), (weights * _at_least(lost, k, share)).sum(axis=1))


def _thresholds(n: int, margin: float, continuity: float) -> tuple[Floats, Floats]:
    """Return, for k discordant items, the most losses called preserved (-1 for none), and the fewest called lost."""
    k = np.arange(n + 1.0)
    most_preserved, fewest_lost = np.full(n + 1, -1.0), k + 1
    for step in 2.0 ** np.arange(np.ceil(np.log2(n + 2)), -1, -1):
        trial = np.minimum(most_preserved + step, k)
        most_preserved = np.where(score_verdicts(trial, k - trial, n, margin, continuity)[0] > 0, trial, most_preserved)
        trial = np.maximum(fewest_lost - step, 0)
        fewest_lost = np.where(score_verdicts(trial, k - trial, n, margin, continuity)[1] > 0, trial, fewest_lost)
    return most_preserved, fewest_lost


def _binomial(n: int, rate: Floats) -> Floats:
    """Return the probabilities of 0 … n, [rates, n + 1]."""
    k = np.arange(n + 1.0)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    chance: Floats = np.exp(ways + xlogy(k, rate[:, None]) + xlog1py(n - k, -rate[:, None]))
    return chance


def _at_least(count: Floats, k: Floats, share: Floats) -> Floats:
    """Return P(X >= count) for X binomial of k trials, [shares, trials]."""
    inner = (count > 0) & (count <= k)
    tail = betainc(np.where(inner, count, 1), np.where(inner, k - count + 1, 1), share[:, None])
    return np.where(inner, tail, np.where(count <= 0, 1.0, 0.0))
