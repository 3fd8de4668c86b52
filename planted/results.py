"""From the files of a run to the parts of the results."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from dls.model import ProfileTarget
from dls.scenarios.profile import load_profile
from dls_probes import pair
from dls_probes.models.model_files import ModelFiles
from planted.calibrated import cell_key
from planted.cell import Cell, TargetVerdict
from planted.fixed_draws import PROFILE, UNITS
from planted.parts import OUTCOMES, Count, MatrixCell, NullResult, Part, ReadLoss, Results, StrengthResult
from planted.plan import NULL_STUDENT
from planted.readings import earlier_readings, largest_loss, read_loss
from planted.red_team import Line
from planted.strengths import Calibration, describe_part, read_calibration, strengths_of, targets_about
from planted.student import Student
from planted.students import KINDS

_FIRST_SEARCH_DRAW = 1000  # no verdict uses it or a later one


def collect(out: Path, students: Sequence[Student] = KINDS) -> Results:
    """Read each cell below a folder; a student without a cell has no part."""
    cells = [msgspec.json.decode(path.read_bytes(), type=Cell) for path in sorted((out / "cells").glob("*.json"))]
    cells = [cell for cell in cells if cell.times == 1 and cell.draw < _FIRST_SEARCH_DRAW]
    lines = [msgspec.json.decode(path.read_bytes(), type=Line) for path in sorted((out / "red_team").glob("*.json"))]
    ready = [student for student in students if (out / "students" / student.name).exists()]
    parts = (_part(student, [cell for cell in cells if _is_about(cell, student)], out) for student in ready)
    return Results(tuple(part for part in parts if part.matrix), tuple(lines))


def _is_about(cell: Cell, student: Student) -> bool:
    return cell.student.partition(".")[0] == student.name


def _part(student: Student, cells: Sequence[Cell], out: Path) -> Part:
    profile, full = load_profile(PROFILE), _at_full_strength(cells, student)
    return Part(
        place=KINDS.index(student),
        name=student.name,
        expected=student.expected,
        story=student.story,
        dimension=student.dimension,
        weights_sha256=ModelFiles(out / "students" / student.name).identity.weights_sha256,
        profile=f"{profile.id} {profile.version}",
        profile_sha256=profile.sha256,
        teacher_sha256=ModelFiles(pair.TEACHER).identity.weights_sha256,
        matrix=tuple(_matrix_cell(cell) for cell in full if cell.draw == 0),
        null=tuple(_null_results(full)) if student.name == NULL_STUDENT else (),
        strengths=tuple(_strength_results(student, cells, out)),
    )


def _at_full_strength(cells: Sequence[Cell], student: Student) -> list[Cell]:
    """Return the cells of a student as the matrix has it; a smaller strength has another key."""
    probes = list(UNITS)
    full = [cell for cell in cells if (cell.student, cell.strength) == (student.name, 1)]
    return sorted(full, key=lambda cell: probes.index(cell.probe))


def _matrix_cell(cell: Cell) -> MatrixCell:
    outcome = max((verdict.outcome for verdict in cell.verdicts), key=OUTCOMES.index)
    dimension = cell.probe.partition(".")[0]
    digest, seed = cell.items_sha256, cell.seed
    return MatrixCell(cell.student, dimension, cell.probe, outcome, seed, digest, cell.verdicts, cell.failed_checks)


def _count(outcomes: Iterable[str]) -> Count:
    counts = Counter(outcomes)
    return Count(*(counts[outcome] for outcome in OUTCOMES))


def _null_results(cells: Sequence[Cell]) -> Iterable[NullResult]:
    metrics = [(cell.probe, verdict.metric) for cell in cells for verdict in cell.verdicts]
    for probe, metric in dict.fromkeys(metrics):
        outcomes = [cell.verdict(metric).outcome for cell in cells if cell.probe == probe]
        yield NullResult(NULL_STUDENT, probe, metric, _count(outcomes))


def _strength_results(student: Student, cells: Sequence[Cell], out: Path) -> Iterable[StrengthResult]:
    for label in strengths_of(student):
        calibration = read_calibration(student, label, out)
        key = cell_key(student, label, calibration)
        group = [cell for cell in cells if (cell.student, cell.strength) == key]
        for target in targets_about(student):
            verdicts = [cell.verdict(target.metric) for cell in group if cell.probe == target.probe]
            if key and verdicts:
                how = calibration.how if calibration else describe_part(student, key[1])
                result = _strength_result(student.name, target, verdicts, calibration)
                reading = _read_loss(student, label, target, out)
                yield msgspec.structs.replace(result, label=label, how=how, reading=reading)


def _strength_result(
    student: str, target: ProfileTarget, verdicts: Sequence[TargetVerdict], calibration: Calibration | None
) -> StrengthResult:
    return StrengthResult(
        student=student,
        probe=str(target.probe),
        metric=target.metric,
        label="",
        how="",
        limit=verdicts[0].limit,
        mean=round(sum(verdict.value for verdict in verdicts) / len(verdicts), 6),
        count=_count(verdict.outcome for verdict in verdicts),
        calibration=calibration,
    )


def _read_loss(student: Student, label: str, target: ProfileTarget, out: Path) -> ReadLoss | None:
    """Return the independent reading of a loss; None where nothing was read."""
    readings = earlier_readings(student, label, str(target.probe), out)
    if readings is None:
        return None
    teacher, reading = readings
    value, low, high = (round(number, 6) for number in read_loss(target, teacher, reading))
    return ReadLoss(
        units=reading.units,
        teacher=teacher.whole,
        student=reading.whole,
        failures=reading.failures,
        limit=largest_loss(target),
        value=value,
        low=low,
        high=high,
        examples=reading.examples,
    )
