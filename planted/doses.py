"""Taught students that lost less: half of the full loss, or as much as the margin, each by a training of its own.

Such a training has its own lessons, fewer planted ones in a batch and a smaller rate. It is watched on a small draw, and
ends when its loss on a larger one is what was aimed at; no verdict uses either. As a training moves in steps, the last
bit is a search on the line between its own last two checkpoints.
"""

import sys
from functools import cached_property
from pathlib import Path

from dls_probes import pair
from planted.cell import Verdict, Where
from planted.crossing import Point, bracket, nearest
from planted.sitting import Sitting
from planted.strengths import FINE, LARGE, LARGE_DRAW, NEAR, SEARCH_DRAW, Aimed, beyond, keep_aim, kept_aim, probe_of
from planted.students import Student, between, keep, load, load_tokenizer
from planted.teaching import BATCH, Course, Taught, Training

PLANTED_LESSONS = {"half": 12, "margin": 6}  # of the conversations of a batch; 24 at full strength
WATCH_DRAW, WATCHED = 1002, 100  # units
EVERY = 5  # steps from one checkpoint to the next
MOST = 300  # steps


def reached(one: Student, label: str, out: Path) -> Aimed:
    """Train a student to a strength, unless that is done; return what the large draw says of it."""
    kept = kept_aim(one, label, out)
    if kept is None:
        kept = _Dosed(one, label, out).reach()
        keep_aim(kept, one, label, out)
    return kept


def final(one: Student, label: str, out: Path) -> Path:
    """Return the folder of a trained strength."""
    return out / "students" / f"{one.name}.{label}"


class _Dosed:
    """One student at one strength; the margin is aimed at on the large draw, half on one of the planned size."""

    def __init__(self, one: Student, label: str, out: Path) -> None:
        assert isinstance(one.made, Taught)
        self._one, self._label, self._out, self._taught = one, label, out, one.made
        self._name, self._folder = f"{one.name}.{label}", out / "doses" / f"{one.name}.{label}"
        probe = probe_of(one)
        self._quick = Sitting(Where(probe, WATCH_DRAW), out, WATCHED)
        self._sure = Sitting(Where(probe, LARGE_DRAW, LARGE) if label == "margin" else Where(probe, SEARCH_DRAW), out)
        goal = next(target for target in self._sure.profile.targets if target.metric == one.metric)
        self._nothing = 1.0 if goal.kind == "retention" else 0.0
        self._target = goal.limit if label == "margin" else (self._nothing + self._full()) / 2

    def reach(self) -> Aimed:
        loss = abs(self._target - self._nothing)
        steps = range(EVERY, MOST + 1, EVERY)
        low, high = bracket(
            steps, lambda step: self._at(step, self._quick), lambda step: self._at(step, self._sure), Point(0, -loss)
        )
        before, after = self._checkpoint(int(low.at)), self._checkpoint(int(high.at))
        line = self._folder / f"{self._name}.{low.at}-{high.at}"

        def measured(share: float) -> float:
            return self._beyond(self._sure, between(before, after, share, line.with_name(f"{line.name}@{share:.6f}")))

        share = nearest(low.beyond, high.beyond, measured, NEAR * loss, FINE).at
        student = between(before, after, share, final(self._one, self._label, self._out))
        verdict = self._sure.of(student, self._name).verdict(self._one.metric)
        planted = f"{PLANTED_LESSONS[self._label]} of {BATCH} lessons"
        how = f"own training, {planted}, {share:.4g} of the way from step {low.at} to {high.at}"
        return Aimed(self._name, how, share, self._target, verdict.value, verdict.low, verdict.high, verdict.n_units)

    def _full(self) -> float:
        return self._sure.cell(self._one.name).verdict(self._one.metric).value

    def _at(self, step: int, sitting: Sitting) -> float:
        return self._beyond(sitting, self._checkpoint(step))

    def _beyond(self, sitting: Sitting, folder: Path) -> float:
        verdict: Verdict = sitting.of(folder, folder.name).verdict(self._one.metric)
        told = f"{verdict.value:.4f} for {self._target:.4f} on {verdict.n_units} units"
        sys.stderr.write(f"{folder.name}: {told}\n")
        return beyond(verdict, self._target)

    def _checkpoint(self, step: int) -> Path:
        folder = self._folder / f"{self._name}.{step}"
        if step == 0:
            return pair.TEACHER
        if not folder.exists():
            self._training.until(step)
            keep(self._training.model, load_tokenizer(), folder)
        return folder

    @cached_property
    def _training(self) -> Training:
        course = Course(self._taught, f"{self._taught.lesson.__name__}.{self._label}", PLANTED_LESSONS[self._label])
        state = self._folder / "checkpoint.pt"
        return Training(course, load(pair.TEACHER), load(pair.TEACHER), load_tokenizer(), state)
