"""What was found, in one file: the matrix, the null students over many draws, and three strengths of every loss."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from dls.evidence.records import replace_file
from dls.scenarios.profile import load_profile
from dls_probes import pair
from dls_probes.models.model_files import ModelFiles
from planted.cell import Cell, Verdict
from planted.seated import filed_as
from planted.sitting import PROFILE
from planted.strengths import STRENGTHS, Aimed, kept_aim, part, probe_of
from planted.students import PLANTED, STUDENTS, Student

COMMAND = "make planted"
OUTCOMES = ("preserved", "inconclusive", "lost")


class Found(msgspec.Struct, frozen=True):
    """One cell of the matrix."""

    student: str
    dimension: str
    probe: str
    outcome: str
    seed: int
    items_sha256: str
    verdicts: tuple[Verdict, ...]
    failed_checks: tuple[str, ...]


class Count(msgspec.Struct, frozen=True):
    """How often each outcome came out over the draws of one target or one strength."""

    preserved: int
    inconclusive: int
    lost: int

    @property
    def draws(self) -> int:
        """All of them."""
        return self.preserved + self.inconclusive + self.lost


class Steady(msgspec.Struct, frozen=True):
    """A null student under one target over the draws."""

    student: str
    probe: str
    metric: str
    count: Count


class Strength(msgspec.Struct, frozen=True):
    """A planted loss at one strength: how that was made, the outcomes at the profile's limit and the mean of what it tests."""

    student: str
    probe: str
    metric: str
    label: str
    how: str
    limit: float
    mean: float
    count: Count
    aimed: Aimed | None = None


class Made(msgspec.Struct, frozen=True):
    """A student."""

    name: str
    expected: str
    story: str
    dimension: str
    weights_sha256: str


class Results(msgspec.Struct, frozen=True):
    """Everything that the page shows."""

    command: str
    profile: str
    profile_sha256: str
    teacher_sha256: str
    students: tuple[Made, ...]
    matrix: tuple[Found, ...]
    null: tuple[Steady, ...]
    strengths: tuple[Strength, ...]


def collect(out: Path) -> Results:
    """Read every cell below a folder; what is not measured is not there."""
    cells = [msgspec.json.decode(path.read_bytes(), type=Cell) for path in sorted((out / "cells").glob("*.json"))]
    profile = load_profile(PROFILE)
    judged = [cell for cell in cells if cell.times == 1 and cell.draw < 1000]  # noqa: PLR2004 - the search's draws
    return Results(
        command=COMMAND,
        profile=f"{profile.id} {profile.version}",
        profile_sha256=profile.sha256,
        teacher_sha256=ModelFiles(pair.TEACHER).weights_sha256,
        students=tuple(_made(one, out) for one in STUDENTS if (out / "students" / one.name).exists()),
        matrix=tuple(_found(cell) for cell in _in_order(judged) if cell.draw == 0),
        null=tuple(_steady([cell for cell in judged if cell.student == "perturbed"])),
        strengths=tuple(found for one in PLANTED for found in _strengths(one, judged, out)),
    )


def _made(one: Student, out: Path) -> Made:
    return Made(
        one.name, one.expected, one.story, one.dimension, ModelFiles(out / "students" / one.name).weights_sha256
    )


def _in_order(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells of students at full strength, as the matrix has them; what lost less goes by another name or share."""
    names = [one.name for one in STUDENTS]
    probes = list(dict.fromkeys(str(target.probe) for target in load_profile(PROFILE).targets))
    whole = [cell for cell in cells if cell.student in names and cell.strength == 1]
    return sorted(whole, key=lambda cell: (names.index(cell.student), probes.index(cell.probe)))


def _found(cell: Cell) -> Found:
    outcome = max((verdict.outcome for verdict in cell.verdicts), key=OUTCOMES.index)
    dimension = cell.probe.partition(".")[0]
    return Found(
        cell.student,
        dimension,
        cell.probe,
        outcome,
        cell.seed,
        cell.items_sha256,
        cell.verdicts,
        cell.failed_checks,
    )


def _count(outcomes: Iterable[str]) -> Count:
    counted = Counter(outcomes)
    return Count(*(counted[outcome] for outcome in OUTCOMES))


def _steady(cells: Sequence[Cell]) -> Iterable[Steady]:
    for probe, metric in dict.fromkeys((cell.probe, one.metric) for cell in _in_order(cells) for one in cell.verdicts):
        found = [cell.verdict(metric).outcome for cell in cells if cell.probe == probe]
        yield Steady("perturbed", probe, metric, _count(found))


def _strengths(one: Student, cells: Sequence[Cell], out: Path) -> Iterable[Strength]:
    for label in STRENGTHS:
        aim = kept_aim(one, label, out)
        filed = filed_as(one, label, aim)
        own = [cell for cell in cells if (cell.student, cell.strength) == filed and cell.probe == probe_of(one)]
        if filed and own:
            how = aim.how if aim else part(one, filed[1])
            yield _strength(one, label, how, [cell.verdict(one.metric) for cell in own], aim)


def _strength(one: Student, label: str, how: str, drawn: Sequence[Verdict], aim: Aimed | None) -> Strength:
    return Strength(
        student=one.name,
        probe=probe_of(one),
        metric=one.metric,
        label=label,
        how=how,
        limit=drawn[0].limit,
        mean=round(sum(found.value for found in drawn) / len(drawn), 6),
        count=_count(found.outcome for found in drawn),
        aimed=aim,
    )


def write(results: Results, path: Path) -> None:
    """Write the results, indented for people."""
    replace_file(path, msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def read(path: Path) -> Results:
    """Read them back."""
    return msgspec.json.decode(path.read_bytes(), type=Results)
