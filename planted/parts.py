"""The results in files, one a student: its row of the matrix, its strengths over many draws, its reading."""

from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.evidence.files import replace_file
from planted.cell import TargetVerdict
from planted.red_team import Line
from planted.strengths import Calibration

FOLDER = Path("planted/results")
OUTCOMES = ("preserved", "inconclusive", "lost")
_RED_TEAM = "red_team.json"


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


class ReadLoss(msgspec.Struct, frozen=True):
    """The loss that a target is about, as it was read independently.

    Attributes:
        units: their number.
        teacher: of them whole, by the teacher.
        student: of them whole, by the student.
        failures: by the right reaction and the mode, the number of the student's answers that do not hold.
        limit: the loss at the target's limit.
        value: the loss.
        low: of its two-sided 95 % interval.
        high: of its two-sided 95 % interval.
        examples: answers of the student that do not hold.

    """

    units: int
    teacher: int
    student: int
    failures: dict[str, int]
    limit: float
    value: float
    low: float
    high: float
    examples: tuple[str, ...]


class StrengthResult(msgspec.Struct, frozen=True):
    """A loss at one strength, under one target that is about it.

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
    reading: ReadLoss | None = None


class Part(msgspec.Struct, frozen=True):
    """The results of one student; `place` is its row."""

    place: int
    name: str
    expected: str
    story: str
    dimension: str
    weights_sha256: str
    profile: str
    profile_sha256: str
    teacher_sha256: str
    matrix: tuple[MatrixCell, ...]
    null: tuple[NullResult, ...]
    strengths: tuple[StrengthResult, ...]


class Results(NamedTuple):
    """All parts, in the order of their rows, and the lines of the red team."""

    parts: tuple[Part, ...]
    red_team: tuple[Line, ...] = ()

    @property
    def matrix(self) -> list[MatrixCell]:
        """The cells of all parts."""
        return [cell for part in self.parts for cell in part.matrix]

    @property
    def strengths(self) -> list[StrengthResult]:
        """The strengths of all parts."""
        return [entry for part in self.parts for entry in part.strengths]


def write(results: Results, folder: Path = FOLDER) -> None:
    """Write each part to its file, as indented JSON; the files of other students stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in results.parts:
        replace_file(folder / f"{part.name}.json", _indented(part))
    if results.red_team:
        replace_file(folder / _RED_TEAM, _indented(results.red_team))


def _indented(value: Part | tuple[Line, ...]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def read(folder: Path = FOLDER) -> Results:
    """Read results from a folder that `write` made."""
    paths = [path for path in folder.glob("*.json") if path.name != _RED_TEAM]
    parts = [msgspec.json.decode(path.read_bytes(), type=Part) for path in paths]
    attack = folder / _RED_TEAM
    lines = msgspec.json.decode(attack.read_bytes(), type=tuple[Line, ...]) if attack.exists() else ()
    return Results(tuple(sorted(parts, key=lambda part: part.place)), lines)
