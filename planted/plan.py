"""The measurements, the cheapest evidence first."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from planted import red_team
from planted.cell import ItemDraw
from planted.fixed_draws import CUE, UNITS
from planted.readings import probes_read
from planted.strengths import MIXED, STRENGTHS, has_own_training, strengths_of, targets_about
from planted.student import Student
from planted.students import find_student
from planted.teaching import TaughtLesson

DRAWS, WIDE_DRAWS = 20, 5
EXPENSIVE = {"uncertainty.multiple_choice", "safety.policy_worlds"}  # more than half of all the time, so they come last
HEADLINE = "headline.multiple_choice"  # a reference, with no loss of the first matrix planted in it
NULL_STUDENT = "perturbed"
PASSES = (STRENGTHS[:1], (MIXED,), STRENGTHS[1:])
"""Full strength is measured first, since it needs no search, and the trainings of smaller losses come last."""


class StudentStrength(NamedTuple):
    """A student at one of its strengths."""

    name: str
    label: str = "full"


class Task(NamedTuple):
    """One unit of work.

    Attributes:
        phase: "make", "calibrate", "evaluate", "read" or "attack".
        draw: the items on which students are evaluated.
        students: those to evaluate, or the one to make, to calibrate, to read or to attack with.
        probe: whose items are read, or whose target is attacked.
        metric: of the attacked target.

    """

    phase: str
    draw: ItemDraw | None = None
    students: tuple[StudentStrength, ...] = ()
    probe: str = ""
    metric: str = ""

    @property
    def label(self) -> str:
        """A name for the progress."""
        name = self.draw.name if self.draw else ".".join(self.students[0])
        return " ".join(filter(None, (self.phase, name, self.probe, self.metric)))


def probes() -> tuple[str, ...]:
    """Return the probes of the matrix, in its order."""
    return tuple(probe for probe in UNITS if probe != CUE)


def phases(students: Sequence[Student], draws: int = DRAWS, selection: tuple[str, ...] = ()) -> Iterator[list[Task]]:
    """Yield lists of tasks about some students; the tasks of one list do not wait for each other.

    `selection` names the probes to measure; it is empty for all of them.
    """
    names = [probe for probe in UNITS if not selection or probe in selection]
    trainings_first = sorted(students, key=lambda student: not isinstance(student.intervention, TaughtLesson))
    yield [Task("make", students=(StudentStrength(student.name),)) for student in trainings_first]
    everyone = tuple(StudentStrength(student.name) for student in students)
    yield [Task("evaluate", ItemDraw(probe, 0), everyone) for probe in names if probe != CUE]
    for labels in PASSES:
        for group in (set(names) - EXPENSIVE, EXPENSIVE & set(names)):
            entries = [entry for entry in _strengths(students) if entry.label in labels]
            yield list(_calibrations(entries, group))
            yield [
                Task("evaluate", ItemDraw(probe, draw), about)
                for probe in names  # all draws of one together, so that a worker loads its students once
                if probe in group and (about := tuple(entry for entry in entries if _is_asked(entry, probe)))
                for draw in range(draws)
            ]
            yield list(_readings(entries, group))


def attacks() -> Iterator[list[Task]]:
    """Yield the making of each student at the end of a line, and the searches of the red team."""
    pairs = list(red_team.lines())
    yield [Task("make", students=(StudentStrength(name),)) for name in dict.fromkeys(s.name for s, _ in pairs)]
    yield [
        Task("attack", students=(StudentStrength(student.name),), probe=str(target.probe), metric=target.metric)
        for student, target in pairs
    ]


def _strengths(students: Sequence[Student]) -> Iterator[StudentStrength]:
    for student in students:
        yield from (StudentStrength(student.name, label) for label in strengths_of(student))


def _calibrations(entries: Sequence[StudentStrength], group: set[str]) -> Iterator[Task]:
    for entry in entries:
        student = find_student(entry.name)
        is_searched = entry.label != "full" and (entry.label != "half" or has_own_training(student, entry.label))
        if is_searched and _probes_about(student) & group:
            yield Task("calibrate", students=(entry,))


def _readings(entries: Sequence[StudentStrength], group: set[str]) -> Iterator[Task]:
    for entry in entries:
        for probe in probes_read(find_student(entry.name)):
            if probe in group:
                yield Task("read", students=(entry,), probe=probe)


def _is_asked(entry: StudentStrength, probe: str) -> bool:
    """Whether a further draw of a probe asks a student: the null student, and those that lose there."""
    is_null = entry.name == NULL_STUDENT and probe not in (HEADLINE, CUE)
    return is_null or probe in _probes_about(find_student(entry.name))


def _probes_about(student: Student) -> set[str]:
    return {str(target.probe) for target in targets_about(student)}
