"""Paired intervals from the two marginals alone: they must err even less, for each table inside."""

from collections.abc import Iterator

import numpy as np

from dls.statistics.bootstrap import key_of
from dls.statistics.marginal import marginal_other_items
from dls.statistics.paired_proportion import CONTINUITY
from simulations.cell import Cell, Group
from simulations.proportions import score_verdicts

TABLES = ((0.9, 0.02, 0.02), (0.7, 0.1, 0.1), (0.45, 0.25, 0.25), (0.02, 0.01, 0.01), (0.5, 0.0, 0.0))
MARGIN = 0.03
SIZES = (100, 300, 1000)


def groups() -> Iterator[Group]:
    """Yield both intervals at every table and size, which take a minute together."""
    yield Group("all tables", lambda replicates: tuple(cells(replicates)))


def cells(replicates: int) -> Iterator[Cell]:
    """Yield the cells of both intervals; a table is (both right, lost, gained), before the margin is added to lost."""
    for right, losses, gains in TABLES:
        for n in SIZES:
            random = np.random.default_rng(key_of(f"marginal/{right}/{losses}/{n}"))
            new_losses = losses + MARGIN
            rest = 1 - right - new_losses - gains
            counts = random.multinomial(n, [right, new_losses, gains, rest], replicates)
            teacher, student = counts[:, 0] + counts[:, 1], counts[:, 0] + counts[:, 2]
            flips = np.minimum(teacher + student, 2 * n - teacher - student)
            wide_losses = ((flips + teacher - student) // 2).astype(float)
            below, above = score_verdicts(wide_losses, flips - wide_losses, n, MARGIN, CONTINUITY)
            truth = f"{right:g} both, {new_losses:g} lost, {gains:g} gained"
            yield Cell("marginal_same_items", truth, n, MARGIN, below.mean(), above.mean(), replicates)
            yield _other(truth, (right + new_losses, right + gains), n, replicates)


def _other(truth: str, rates: tuple[float, float], n: int, replicates: int) -> Cell:
    random = np.random.default_rng(key_of(f"other/{truth}/{n}"))
    counts = random.binomial(n, rates, (replicates, 2))
    tables, times = np.unique(counts, axis=0, return_counts=True)
    intervals = [marginal_other_items((int(teacher), n), (int(student), n)) for teacher, student in tables]
    below = sum(int(k) for interval, k in zip(intervals, times, strict=True) if interval.high < MARGIN)
    above = sum(int(k) for interval, k in zip(intervals, times, strict=True) if interval.low > MARGIN)
    return Cell("marginal_other_items", truth, n, MARGIN, below / replicates, above / replicates, replicates)
