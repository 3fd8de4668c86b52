"""The share of the teacher's lead that a student keeps, at its true value, for strong and for weak teachers."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dls.standard.numbers import LEVEL
from dls.statistics.bootstrap import key_of
from dls.statistics.interval import tail
from dls.statistics.retention import at_least_p, at_most_p, lead_p
from simulations.cell import Cell, Group

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], tuple[Floats, Floats]]
SIZES = (100, 400, 1500)


def answers(teacher: float, share: float, chance: float, unlike: float = 0.1) -> Draw:
    """Draw the right answers of a teacher with this accuracy, and of a student that keeps a share of its lead.

    Items are equally difficult for both models, except for the share ``unlike`` of them.
    """
    student = chance + share * (teacher - chance)

    def draw(random: np.random.Generator, size: int) -> tuple[Floats, Floats]:
        difficulty = random.random(size)
        redraw = random.random(size) < unlike
        student_difficulty = np.where(redraw, random.random(size), difficulty)
        return (difficulty < teacher).astype(float), (student_difficulty < student).astype(float)

    return draw


def collapsed(share: float) -> Draw:
    """Draw entropies of a varied teacher, and of a student that collapses on a share of the prompts."""

    def draw(random: np.random.Generator, size: int) -> tuple[Floats, Floats]:
        teacher = random.beta(8, 2, size)
        return teacher, np.where(random.random(size) < share, 0.0, teacher)

    return draw


CASES: tuple[tuple[str, Draw, float, float], ...] = (
    ("accuracy 0.9, keeps 90 %", answers(0.9, 0.9, 0.25), 0.25, 0.9),
    ("accuracy 0.5, keeps 80 %", answers(0.5, 0.8, 0.25), 0.25, 0.8),
    ("accuracy 0.35, keeps 90 %", answers(0.35, 0.9, 0.25), 0.25, 0.9),
    ("entropy, collapsed on a fifth", collapsed(0.2), 0.0, 0.8),
    ("entropy, collapsed on one in 200", collapsed(0.005), 0.0, 0.995),
    ("accuracy 0.3, keeps 90 %", answers(0.3, 0.9, 0.25), 0.25, 0.9),
    ("accuracy 0.9, keeps all, other items right", answers(0.9, 1.0, 0.25, unlike=1.0), 0.25, 1.0),
    ("accuracy 0.5, keeps half, other items right", answers(0.5, 0.5, 0.25, unlike=1.0), 0.25, 0.5),
)


def groups() -> Iterator[Group]:
    """Yield the cells of the retention interval, each by itself."""
    for case in CASES:
        for n in SIZES:
            yield Group(f"{case[0]} n {n}", partial(_cells, case, n))


def _cells(case: tuple[str, Draw, float, float], n: int, replicates: int) -> tuple[Cell]:
    """Measure one cell; a sample that does not establish the teacher's lead decides nothing."""
    name, draw, chance, share = case
    random = np.random.default_rng(key_of(f"retention/{name}/{n}"))
    alpha, below, above = tail(LEVEL), 0, 0
    for _ in range(replicates):
        teacher, student = draw(random, n)
        lead, rest, bounds = teacher - chance, student - chance, (-chance, 1 - chance)
        if lead_p(lead, bounds) <= alpha:
            below += at_most_p(rest, lead, share, bounds) <= alpha
            above += at_least_p(rest, lead, share, bounds) <= alpha
    return (Cell("retention", name, n, share, below / replicates, above / replicates, replicates),)
