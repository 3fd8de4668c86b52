"""A mixture: so much of a student's weights, and the rest of the teacher's, that the openings of its answers stay."""

from pathlib import Path

from planted.cell import Cell, ItemDraw
from planted.evaluation import Evaluation
from planted.plain_reading import WHOLE_METRICS
from planted.strengths import MIXED, SEARCH_DRAW, Calibration, probe_of, read_calibration, write_calibration
from planted.student import Student

SHARES = (0.75, 0.5, 0.25)  # of the student's weights


def calibrate_mixture(student: Student, out: Path) -> Calibration | None:
    """Return the largest of some shares at which each target about openings is preserved; None where none is.

    The search uses items that no verdict uses. Its target is the limit of the whole answers, which it does not reach
    on purpose: the value says how much of the loss is left.
    """
    if earlier := read_calibration(student, MIXED, out):
        return earlier
    evaluation = Evaluation(ItemDraw(probe_of(student), SEARCH_DRAW), out)
    for share in SHARES:
        cell = evaluation.cell(student.name, share)
        if keeps_openings(cell):
            verdict = cell.verdict(student.metric)
            how = f"{share:.0%} of the student's weights, the rest the teacher's"
            numbers = (verdict.limit, verdict.value, verdict.low, verdict.high, verdict.n_units)
            calibration = Calibration(student.name, how, share, *numbers)
            write_calibration(calibration, student, MIXED, out)
            return calibration
    return None


def keeps_openings(cell: Cell) -> bool:
    """Whether each target of a cell is preserved that does not read whole answers."""
    return all(verdict.outcome == "preserved" for verdict in cell.verdicts if verdict.metric not in WHOLE_METRICS)
