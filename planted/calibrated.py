"""A student at a calibrated strength: a share of a change, a separate training, or a mixture."""

from pathlib import Path

from planted.cell import Cell
from planted.evaluation import Evaluation
from planted.mixture import calibrate_mixture
from planted.strengths import MIXED, Calibration, calibrate_margin, has_own_training
from planted.student import Student
from planted.students import make, partial_student
from planted.taught_strengths import calibrate_training, trained_folder

_SHARES = {"full": 1.0, "half": 0.5}  # of the factor's change, or of the nats


def evaluate(student: Student, label: str, evaluation: Evaluation) -> Cell | None:
    """Return a student's cell at a strength; None where its full strength does not reach the margin."""
    key = cell_key(student, label, calibrate(student, label, evaluation.out))
    if key is None:
        return None
    if has_own_training(student, label):
        return evaluation.cell_of(trained_folder(student, label, evaluation.out), *key)
    return evaluation.cell(*key)


def folder_of(student: Student, label: str, out: Path) -> Path | None:
    """Return the folder with a student's weights at a strength; None where there is no such strength."""
    key = cell_key(student, label, calibrate(student, label, out))
    if key is None:
        return None
    if has_own_training(student, label):
        return trained_folder(student, label, out)
    return partial_student(make(student, out), key[1], out)


def calibrate(student: Student, label: str, out: Path) -> Calibration | None:
    """Search or train a strength, unless that is done; None where there is nothing to search."""
    if has_own_training(student, label):
        return calibrate_training(student, label, out)
    if label == MIXED:
        return calibrate_mixture(student, out)
    return calibrate_margin(student, out) if label == "margin" else None


def cell_key(student: Student, label: str, calibration: Calibration | None) -> tuple[str, float] | None:
    """Return the name and the share of the change under which a strength's cells are kept."""
    if has_own_training(student, label):
        return f"{student.name}.{label}", 1.0
    share = _SHARES.get(label, calibration.share if calibration else None)
    return None if share is None else (student.name, share)
