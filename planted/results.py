"""The results in one file: the matrix, the null students over many draws, and three strengths of each loss."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from dls.evidence.files import replace_file
from dls.scenarios.profile import load_profile
from dls_probes import pair
from dls_probes.models.model_files import ModelFiles
from planted.calibrated import cell_key
from planted.cell import Cell, TargetVerdict
from planted.fixed_draws import PROFILE, UNITS
from planted.strengths import STRENGTHS, Calibration, describe_part, probe_of, read_calibration
from planted.students import PLANTED, STUDENTS, Student

COMMAND = "make planted"
OUTCOMES = ("preserved", "inconclusive", "lost")
_FIRST_SEARCH_DRAW = 1000  # no verdict uses it or a later one


class MatrixCell(msgspec.Struct, frozen=True):
    """One cell of the matrix."""

    student: str
    dimension: str
    probe: str
    outcome: str
    seed: int
    items_sha256: str
    verdicts: tuple[TargetVerdict, ...]
    failed_checks: tuple[str, ...]


class Count(msgspec.Struct, frozen=True):
    """The number of draws with each outcome, for one target or one strength."""

    preserved: int
    inconclusive: int
    lost: int

    @property
    def draws(self) -> int:
        """All of them."""
        return self.preserved + self.inconclusive + self.lost


class NullResult(msgspec.Struct, frozen=True):
    """A null student under one target over the draws."""

    student: str
    probe: str
    metric: str
    count: Count


class StrengthResult(msgspec.Struct, frozen=True):
    """A planted loss at one strength.

    `how` says how its weights were made, `limit` is the profile's, `mean` is that of the number that the target tests.
    """

    student: str
    probe: str
    metric: str
    label: str
    how: str
    limit: float
    mean: float
    count: Count
    calibration: Calibration | None = None


class StudentEntry(msgspec.Struct, frozen=True):
    """A student of the matrix."""

    name: str
    expected: str
    story: str
    dimension: str
    weights_sha256: str


class Results(msgspec.Struct, frozen=True):
    """The content of the page."""

    command: str
    profile: str
    profile_sha256: str
    teacher_sha256: str
    students: tuple[StudentEntry, ...]
    matrix: tuple[MatrixCell, ...]
    null: tuple[NullResult, ...]
    strengths: tuple[StrengthResult, ...]


def collect(out: Path) -> Results:
    """Read each cell below a folder; a cell that was not measured is left out."""
    cells = [msgspec.json.decode(path.read_bytes(), type=Cell) for path in sorted((out / "cells").glob("*.json"))]
    profile = load_profile(PROFILE)
    cells = [cell for cell in cells if cell.times == 1 and cell.draw < _FIRST_SEARCH_DRAW]
    return Results(
        command=COMMAND,
        profile=f"{profile.id} {profile.version}",
        profile_sha256=profile.sha256,
        teacher_sha256=ModelFiles(pair.TEACHER).identity.weights_sha256,
        students=tuple(_entry(student, out) for student in STUDENTS if (out / "students" / student.name).exists()),
        matrix=tuple(_matrix_cell(cell) for cell in _in_order(cells) if cell.draw == 0),
        null=tuple(_null_results([cell for cell in cells if cell.student == "perturbed"])),
        strengths=tuple(result for student in PLANTED for result in _strength_results(student, cells, out)),
    )


def _entry(student: Student, out: Path) -> StudentEntry:
    digest = ModelFiles(out / "students" / student.name).identity.weights_sha256
    return StudentEntry(student.name, student.expected, student.story, student.dimension, digest)


def _in_order(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells of students at full strength, as the matrix has them; a smaller strength has another key."""
    names = [student.name for student in STUDENTS]
    probes = list(UNITS)
    full = [cell for cell in cells if cell.student in names and cell.strength == 1]
    return sorted(full, key=lambda cell: (names.index(cell.student), probes.index(cell.probe)))


def _matrix_cell(cell: Cell) -> MatrixCell:
    outcome = max((verdict.outcome for verdict in cell.verdicts), key=OUTCOMES.index)
    dimension = cell.probe.partition(".")[0]
    digest, seed = cell.items_sha256, cell.seed
    return MatrixCell(cell.student, dimension, cell.probe, outcome, seed, digest, cell.verdicts, cell.failed_checks)


def _count(outcomes: Iterable[str]) -> Count:
    counts = Counter(outcomes)
    return Count(*(counts[outcome] for outcome in OUTCOMES))


def _null_results(cells: Sequence[Cell]) -> Iterable[NullResult]:
    metrics = [(cell.probe, verdict.metric) for cell in _in_order(cells) for verdict in cell.verdicts]
    for probe, metric in dict.fromkeys(metrics):
        outcomes = [cell.verdict(metric).outcome for cell in cells if cell.probe == probe]
        yield NullResult("perturbed", probe, metric, _count(outcomes))


def _strength_results(student: Student, cells: Sequence[Cell], out: Path) -> Iterable[StrengthResult]:
    probe = probe_of(student)
    for label in STRENGTHS:
        calibration = read_calibration(student, label, out)
        key = cell_key(student, label, calibration)
        verdicts = [cell.verdict(student.metric) for cell in cells if _key(cell) == (key, probe)]
        if key and verdicts:
            how = calibration.how if calibration else describe_part(student, key[1])
            yield _strength_result(student, label, how, verdicts, calibration)


def _key(cell: Cell) -> tuple[tuple[str, float], str]:
    return (cell.student, cell.strength), cell.probe


def _strength_result(
    student: Student, label: str, how: str, verdicts: Sequence[TargetVerdict], calibration: Calibration | None
) -> StrengthResult:
    return StrengthResult(
        student=student.name,
        probe=probe_of(student),
        metric=student.metric,
        label=label,
        how=how,
        limit=verdicts[0].limit,
        mean=round(sum(verdict.value for verdict in verdicts) / len(verdicts), 6),
        count=_count(verdict.outcome for verdict in verdicts),
        calibration=calibration,
    )


def write(results: Results, path: Path) -> None:
    """Write the results as indented JSON."""
    replace_file(path, msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def read(path: Path) -> Results:
    """Read results from a file that `write` made."""
    return msgspec.json.decode(path.read_bytes(), type=Results)
