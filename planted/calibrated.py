"""A student at a calibrated strength: a share of a change made by arithmetic, or a separate training."""

from pathlib import Path

from planted.cell import Cell
from planted.evaluation import Evaluation
from planted.strengths import Calibration, calibrate_margin, has_own_training
from planted.students import Student
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


def calibrate(student: Student, label: str, out: Path) -> Calibration | None:
    """Search or train a strength, unless that is done; None where there is nothing to search."""
    if has_own_training(student, label):
        return calibrate_training(student, label, out)
    return calibrate_margin(student, out) if label == "margin" else None


def cell_key(student: Student, label: str, calibration: Calibration | None) -> tuple[str, float] | None:
    """Return the name and the share of the change under which a strength's cells are kept."""
    if has_own_training(student, label):
        return f"{student.name}.{label}", 1.0
    share = _SHARES.get(label, calibration.share if calibration else None)
    return None if share is None else (student.name, share)
