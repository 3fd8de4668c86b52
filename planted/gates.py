"""The gates of the results: each one that is broken is reported in a sentence, and none is moved."""

from collections.abc import Iterable

from planted.results import Count, MatrixCell, Results
from planted.strengths import probe_of
from planted.students import find_student

DETECTION_RATE = 0.95  # at least, of the draws at full strength: 19 of 20
FALSE_PRESERVATION_RATE = 0.055  # at most, of the draws exactly at the margin
NULL_PRESERVATION_RATE = 0.90  # at least, of all cells of a null student


def gate_problems(results: Results) -> list[str]:
    """Return a sentence for each gate that the results break; a part that was not measured breaks none."""
    cells = [cell for cell in results.matrix if cell.dimension != "headline"]
    matrix = [problem for cell in cells for problem in _matrix_problems(cell)]
    return [*matrix, *_null_problems(results), *_strength_problems(results)]


def _matrix_problems(cell: MatrixCell) -> Iterable[str]:
    student = find_student(cell.student)
    if student.name == "copy" and cell.outcome != "preserved":
        yield f"an exact copy is {cell.outcome} in {cell.dimension}"
    if student.expected == "preserved" and cell.outcome == "lost":
        yield f"{student.name} is lost in {cell.dimension}"
    if student.expected == "broken" and cell.outcome == "preserved":
        yield f"{student.name}, a broken student, is preserved in {cell.dimension}"
    if student.metric and cell.probe == probe_of(student) and cell.outcome != "lost":
        yield f"{student.name} is {cell.outcome} under {cell.probe}, which measures its planted loss"


def _null_problems(results: Results) -> Iterable[str]:
    counts = [entry.count for entry in results.null]
    total = Count(*(sum(getattr(count, name) for count in counts) for name in ("preserved", "inconclusive", "lost")))
    if total.lost:
        yield f"perturbed weights are lost in {total.lost} of {total.draws} cells"
    if total.draws and total.preserved < NULL_PRESERVATION_RATE * total.draws:
        yield f"perturbed weights are preserved in only {total.preserved} of {total.draws} cells"


def _strength_problems(results: Results) -> Iterable[str]:
    for entry in results.strengths:
        count = entry.count
        if entry.label == "full" and count.lost < DETECTION_RATE * count.draws:
            yield f"{entry.student} is found in {count.lost} of {count.draws} draws at full strength"
        if entry.label == "margin" and count.preserved > FALSE_PRESERVATION_RATE * count.draws:
            yield f"{entry.student} is preserved in {count.preserved} of {count.draws} draws at the margin"
