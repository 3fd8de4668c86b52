"""Taught students that lost less: half of the full loss, or as much as the margin, each by its own training.

Such a training has its own lessons, fewer planted ones in a batch and a smaller rate. It is checked on a small draw,
and ends when its loss on a larger one reaches the target. No verdict uses either draw. A training moves in steps. The
last part is therefore a search on the line between its last two checkpoints.
"""

import sys
from functools import cached_property
from pathlib import Path

from dls_probes import pair
from planted.bisection import Point, bracket, nearest
from planted.cell import ItemDraw
from planted.evaluation import Evaluation
from planted.strengths import (
    LARGE,
    LARGE_DRAW,
    MAX_MEASUREMENTS,
    SEARCH_DRAW,
    TOLERANCE,
    Calibration,
    excess,
    probe_of,
    read_calibration,
    targets_about,
    write_calibration,
)
from planted.student import Student
from planted.teaching import BATCH, Course, CourseTraining, TaughtLesson
from planted.weights import interpolate, load, load_tokenizer, save_model

PLANTED_LESSONS = {"half": 12, "margin": 6}  # of the conversations of a batch; 24 at full strength
CHECK_DRAW, CHECK_UNITS = 1002, 100
CHECK_STEPS = 5  # from one checkpoint to the next
MAX_STEPS = 300


def calibrate_training(student: Student, label: str, out: Path) -> Calibration:
    """Train a student to a strength, and return its calibration; the result of an earlier training is read instead."""
    calibration = read_calibration(student, label, out)
    if calibration is None:
        calibration = _TaughtStrength(student, label, out).calibrate()
        write_calibration(calibration, student, label, out)
    return calibration


def trained_folder(student: Student, label: str, out: Path) -> Path:
    """Return the folder of a trained strength."""
    return out / "students" / f"{student.name}.{label}"


class _TaughtStrength:
    """One student at one strength: the margin is set on the large draw, half of a loss on one of the fixed size."""

    def __init__(self, student: Student, label: str, out: Path) -> None:
        assert isinstance(student.intervention, TaughtLesson)
        self._student, self._label, self._out, self._lesson = student, label, out, student.intervention
        self._name = f"{student.name}.{label}"
        self._folder = out / "taught_strengths" / self._name
        probe = probe_of(student)
        large = ItemDraw(probe, LARGE_DRAW, LARGE) if label == "margin" else ItemDraw(probe, SEARCH_DRAW)
        self._quick = Evaluation(ItemDraw(probe, CHECK_DRAW), out, CHECK_UNITS, student.metric)
        self._precise = Evaluation(large, out, only=student.metric)
        target = targets_about(student)[0]
        self._zero = 1.0 if target.kind == "retention" else 0.0  # the value without a loss
        self._target = target.limit if label == "margin" else (self._zero + self._full_value()) / 2

    def calibrate(self) -> Calibration:
        loss = abs(self._target - self._zero)
        low, high = bracket(
            range(CHECK_STEPS, MAX_STEPS + 1, CHECK_STEPS),
            lambda step: self._excess(self._quick, self._checkpoint(step)),
            lambda step: self._excess(self._precise, self._checkpoint(step)),
            Point(0, -loss),
        )
        before, after = self._checkpoint(int(low.position)), self._checkpoint(int(high.position))
        line = self._folder / f"{self._name}.{low.position}-{high.position}"

        def measure(share: float) -> float:
            folder = interpolate(before, after, share, line.with_name(f"{line.name}@{share:.6f}"))
            return self._excess(self._precise, folder)

        share = nearest(low.excess, high.excess, measure, TOLERANCE * loss, MAX_MEASUREMENTS).position
        folder = interpolate(before, after, share, trained_folder(self._student, self._label, self._out))
        verdict = self._precise.cell_of(folder, self._name).verdict(self._student.metric)
        planted = f"{PLANTED_LESSONS[self._label]} of {BATCH} lessons"
        how = f"own training, {planted}, {share:.4g} of the way from step {low.position} to {high.position}"
        return Calibration(
            self._name, how, share, self._target, verdict.value, verdict.low, verdict.high, verdict.n_units
        )

    def _full_value(self) -> float:
        return self._precise.cell(self._student.name).verdict(self._student.metric).value

    def _excess(self, evaluation: Evaluation, folder: Path) -> float:
        verdict = evaluation.cell_of(folder, folder.name).verdict(self._student.metric)
        progress = f"{verdict.value:.4f} for {self._target:.4f} on {verdict.n_units} units"
        sys.stderr.write(f"{folder.name}: {progress}\n")
        return excess(verdict, self._target)

    def _checkpoint(self, step: int) -> Path:
        folder = self._folder / f"{self._name}.{step}"
        if step == 0:
            return pair.TEACHER
        if not folder.exists():
            self._training.train_until(step)
            save_model(self._training.model, load_tokenizer(), folder)
        return folder

    @cached_property
    def _training(self) -> CourseTraining:
        name = f"{self._lesson.lesson.__name__}.{self._label}"
        course = Course(self._lesson, name, PLANTED_LESSONS[self._label])
        state = self._folder / "checkpoint.pt"
        return CourseTraining(course, load(pair.TEACHER), load(pair.TEACHER), load_tokenizer(), state)
