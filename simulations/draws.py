"""Tries of a publisher, and the verifier's draw: `python -m simulations.draws` writes tables of `docs/second_run.md`.

First a student whose loss lies at the margin, so that each `preserved` is false: the share that passes on published
items whose seed was shopped for, on fresh items alone, and on both pooled. Then an honest student: its chance that
fresh items preserve one target of a built-in profile, and all of them.

Items are drawn as pairs of answers, with the profile's plan for accuracy: 1,500 units, a margin of 0.03, and teacher
and student disagree on a tenth of the items. Intervals are normal ones of a paired difference at 90 %. An honest
student's targets have the standard errors that follow from their smallest detectable losses. Targets are independent.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dls.scenarios.profile import load_profile

Floats = NDArray[np.float64]

UNITS, MARGIN, DISCORDANCE, FACTOR = 1500, 0.03, 0.1, 2
TRIES = (1, 10, 100, 1000)
FACTORS = (1, 2, 4)
PROFILE = "general_chat"
_Z, _POWER = 1.6448536269514722, 0.8416212335729143  # the normal quantiles of 95 % and of a power of 80 %
_SEED = 20261128
_NEARLY_ALL = 0.995
_PAGE = Path(__file__).parents[1] / "docs" / "second_run.md"


class Shares(NamedTuple):
    """The shares of publishers, in [0, 1], that pass on published items, on fresh ones, and on both pooled."""

    published: float
    fresh: float
    pooled: float


class Sample(NamedTuple):
    """The counts of items that only the teacher has right, and of those that only the student has right."""

    teacher_only: Floats
    student_only: Floats
    n: int

    def upper(self) -> Floats:
        """Return the upper ends of the 90 % intervals of the losses."""
        loss = (self.teacher_only - self.student_only) / self.n
        variance = (self.teacher_only + self.student_only) / self.n - loss**2
        end: Floats = loss + _Z * np.sqrt(variance / self.n)
        return end

    def with_items(self, further: "Sample") -> "Sample":
        """Return both samples as one."""
        counts = (self.teacher_only + further.teacher_only, self.student_only + further.student_only)
        return Sample(*counts, self.n + further.n)


def draw_sample(random: np.random.Generator, n: int, *size: int) -> Sample:
    """Return the counts of samples of n items of a student whose loss is the margin."""
    only = [(DISCORDANCE + MARGIN) / 2, (DISCORDANCE - MARGIN) / 2]
    counts = random.multinomial(n, [*only, 1 - sum(only)], size).astype(np.float64)
    return Sample(counts[..., 0], counts[..., 1], n)


def best_of(tries: int, publishers: int, random: np.random.Generator, factor: int = FACTOR) -> Shares:
    """Return the shares of publishers that pass who publish the best of some seeds, each for another nudged weight."""
    published = draw_sample(random, UNITS, publishers, tries)
    best = published.upper().argmin(axis=1)
    rows = np.arange(publishers)
    choice = Sample(published.teacher_only[rows, best], published.student_only[rows, best], UNITS)
    fresh = draw_sample(random, factor * UNITS, publishers)
    samples = (choice, fresh, choice.with_items(fresh))
    return Shares(*(float((sample.upper() <= MARGIN).mean()) for sample in samples))


def any_of(tries: int, publishers: int, random: np.random.Generator) -> float:
    """Return the share of publishers of whose nudged students one passes on fresh items: each has a draw of its own."""
    passes = draw_sample(random, FACTOR * UNITS, publishers * 10).upper() <= MARGIN
    return float(1 - (1 - passes.mean()) ** tries)


def honest_shares(factor: int, loss_of: str, students: int, random: np.random.Generator) -> tuple[float, float]:
    """Return the chance that fresh items preserve a relative target of the profile, on average, and all of them.

    Args:
        factor: fresh units for each planned one.
        loss_of: the true loss of each target: `none`, `half the margin` or `smallest detectable loss`.
        students: how many to draw.
        random: the generator.
    """
    targets = [target for target in load_profile(PROFILE).targets if target.margin is not None]
    margins = np.array([target.margin for target in targets], dtype=np.float64)
    detectable = np.array([target.smallest_detectable_loss for target in targets], dtype=np.float64)
    errors = detectable / (_Z + _POWER) / np.sqrt(factor)
    losses = {"none": 0 * margins, "half the margin": margins / 2, "smallest detectable loss": detectable}[loss_of]
    estimates = losses + errors * random.standard_normal((students, len(targets)))
    preserved = estimates + _Z * errors <= margins
    return float(preserved.mean()), float(preserved.all(axis=1).mean())


def publishers_table(publishers: int) -> Iterator[str]:
    """Yield the lines of the table about a publisher's tries."""
    yield "| what the publisher tries again | tries | published items | fresh draw | pooled |"
    yield "| --- | --- | --- | --- | --- |"
    for tries in TRIES:
        shares = best_of(tries, publishers, np.random.default_rng([_SEED, tries]))
        yield _row("weights nudged, the best seed published", tries, shares)
    shares = best_of(1, publishers, np.random.default_rng([_SEED, 1]))
    for way in (
        "texts of profile or statement: same seed, same draw",
        "configuration or files: same seed, same draw",
        "the verifier's nonce: one for a key, unknown to the publisher",
        "the same student handed in again: same draw",
    ):
        yield _row(way, TRIES[-1], shares)
    for tries in TRIES[1:]:
        share = any_of(tries, publishers, np.random.default_rng([_SEED, tries, 2]))
        yield f"| weights nudged, and each student handed in | {tries:,} | - | {_percent(share)} | - |"


def students_table(students: int) -> Iterator[str]:
    """Yield the lines of the table about an honest student's chance."""
    yield "| true loss of every target | " + " | ".join(f"r = {factor}: one, all" for factor in FACTORS) + " |"
    yield "| --- " * (len(FACTORS) + 1) + "|"
    for number, loss_of in enumerate(("none", "half the margin", "smallest detectable loss")):
        random = np.random.default_rng([_SEED, number, 3])
        shares = (honest_shares(factor, loss_of, students, random) for factor in FACTORS)
        yield (
            f"| {loss_of} | " + " | ".join(f"{_percent(single)}, {_percent(joint)}" for single, joint in shares) + " |"
        )


def _percent(share: float) -> str:
    return ">99%" if _NEARLY_ALL <= share < 1 else f"{share:.0%}"


def _row(way: str, tries: int, shares: Shares) -> str:
    return f"| {way} | {tries:,} | " + " | ".join(map(_percent, shares)) + " |"


def page(text: str, publishers: int = 2000, students: int = 50_000) -> str:
    """Return the text of the page with both tables in their places."""
    for name, lines in (("publishers", publishers_table(publishers)), ("students", students_table(students))):
        text = _replaced(text, name, list(lines))
    return text


def _replaced(text: str, name: str, lines: Sequence[str]) -> str:
    start, end = f"<!-- draws {name} -->\n", "<!-- /draws -->"
    head, _, rest = text.partition(start)
    tail = rest.partition(end)[2]
    return "\n".join([head + start, *lines, "", end + tail])


def main() -> int:
    """Write the tables."""
    text = page(_PAGE.read_text())
    _PAGE.write_text(text)
    sys.stdout.write(f"wrote the tables of {_PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
