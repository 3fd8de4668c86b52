"""The gates of the results: each one that is broken is reported in a sentence, and none is moved."""

from collections.abc import Iterable

from planted.parts import Count, MatrixCell, Results, StrengthResult
from planted.red_team import FACTOR
from planted.strengths import MIXED, targets_about
from planted.students import find_student

DETECTION_RATE = 0.95  # at least, of the draws at full strength: 19 of 20
FALSE_PRESERVATION_RATE = 0.055  # at most, of the draws exactly at the margin
HIDDEN_LOSS_RATE = 0.05  # at most, of the draws of a loss that the independent reading sees: 1 of 20
NULL_PRESERVATION_RATE = 0.90  # at least, of all cells of a null student


def gate_problems(results: Results) -> list[str]:
    """Return a sentence for each gate that the results break; a part that was not measured breaks none."""
    cells = [cell for cell in results.matrix if cell.dimension != "headline"]
    matrix = [problem for cell in cells for problem in _matrix_problems(cell)]
    strengths = [problem for entry in results.strengths for problem in _strength_problems(entry)]
    hidden = [problem for entry in results.strengths for problem in _hidden_loss_problems(entry)]
    return [*matrix, *_null_problems(results), *strengths, *hidden, *_red_team_problems(results)]


def _matrix_problems(cell: MatrixCell) -> Iterable[str]:
    student = find_student(cell.student)
    if student.name == "copy" and cell.outcome != "preserved":
        yield f"an exact copy is {cell.outcome} in {cell.dimension}"
    if student.expected == "preserved" and cell.outcome == "lost":
        yield f"{student.name} is lost in {cell.dimension}"
    if student.expected == "broken" and cell.outcome == "preserved":
        yield f"{student.name}, a broken student, is preserved in {cell.dimension}"
    about = {target.probe for target in targets_about(student)} if student.expected == "lost" else set()
    if cell.probe in about and cell.outcome != "lost":
        yield f"{student.name} is {cell.outcome} under {cell.probe}, which measures its planted loss"


def _null_problems(results: Results) -> Iterable[str]:
    counts = [entry.count for part in results.parts for entry in part.null]
    total = Count(*(sum(getattr(count, name) for count in counts) for name in ("preserved", "inconclusive", "lost")))
    if total.lost:
        yield f"perturbed weights are lost in {total.lost} of {total.draws} cells"
    if total.draws and total.preserved < NULL_PRESERVATION_RATE * total.draws:
        yield f"perturbed weights are preserved in only {total.preserved} of {total.draws} cells"


def _strength_problems(entry: StrengthResult) -> Iterable[str]:
    count, expected = entry.count, find_student(entry.student).expected
    if entry.label == "full" and expected == "lost" and count.lost < DETECTION_RATE * count.draws:
        yield f"{entry.student} is found in {count.lost} of {count.draws} draws at full strength"
    if entry.label == "margin" and count.preserved > FALSE_PRESERVATION_RATE * count.draws:
        yield f"{entry.student} is preserved in {count.preserved} of {count.draws} draws at the margin"


def _hidden_loss_problems(entry: StrengthResult) -> Iterable[str]:
    """Compare the draws with the independent reading; a mixture that lost is preserved in no draw at all."""
    count, reading = entry.count, entry.reading
    rate = 0.0 if entry.label == MIXED else HIDDEN_LOSS_RATE
    if reading and reading.low > reading.limit and count.preserved > rate * count.draws:
        draws = f"{count.preserved} of {count.draws} draws"
        yield f"{entry.student}, {entry.label}, is preserved by {entry.metric} in {draws}; it lost {reading.value:.3f}"


def _red_team_problems(results: Results) -> Iterable[str]:
    for line in results.red_team:
        if line.low > FACTOR * line.limit:
            where = f"{line.passing:.3g} of the way to {line.student}"
            yield f"{line.metric} by {line.probe} is preserved {where}, with a loss of {line.value:.3f}"
