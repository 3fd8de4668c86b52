"""The measurements, the cheapest evidence first."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from planted import red_team
from planted.cell import ItemDraw
from planted.fixed_draws import CUE, UNITS
from planted.readings import probes_read
from planted.strengths import has_own_training, strengths_of, targets_about
from planted.student import Student
from planted.teaching import TaughtLesson

DRAWS, WIDE_DRAWS = 20, 5
EXPENSIVE = {"uncertainty.multiple_choice", "safety.policy_worlds"}  # more than half of all the time, so they come last
HEADLINE = "headline.multiple_choice"  # a reference, with no loss of the first matrix planted in it
NULL_STUDENT = "perturbed"


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
    for group in (set(names) - EXPENSIVE, EXPENSIVE & set(names)):
        yield list(_calibrations(students, group))
        yield [
            Task("evaluate", ItemDraw(probe, draw), strengths)
            for draw in range(draws)
            for probe in names
            if probe in group and (strengths := _draw_students(students, probe))
        ]
        yield list(_readings(students, group))


def attacks() -> Iterator[list[Task]]:
    """Yield the making of each student at the end of a line, and the searches of the red team."""
    pairs = list(red_team.lines())
    yield [Task("make", students=(StudentStrength(name),)) for name in dict.fromkeys(s.name for s, _ in pairs)]
    yield [
        Task("attack", students=(StudentStrength(student.name),), probe=str(target.probe), metric=target.metric)
        for student, target in pairs
    ]


def _calibrations(students: Sequence[Student], group: set[str]) -> Iterator[Task]:
    for student in students:
        for label in strengths_of(student)[1:]:
            is_searched = has_own_training(student, label) or label != "half"
            if is_searched and _probes_about(student) & group:
                yield Task("calibrate", students=(StudentStrength(student.name, label),))


def _readings(students: Sequence[Student], group: set[str]) -> Iterator[Task]:
    for student in students:
        for label in strengths_of(student):
            for probe in probes_read(student):
                if probe in group:
                    yield Task("read", students=(StudentStrength(student.name, label),), probe=probe)


def _draw_students(students: Sequence[Student], probe: str) -> tuple[StudentStrength, ...]:
    """Return the students that a further draw of a probe is asked: the null student, and those that lose there."""
    null = [student for student in students if student.name == NULL_STUDENT and probe not in (HEADLINE, CUE)]
    about = [student for student in students if probe in _probes_about(student)]
    strengths = (StudentStrength(student.name, label) for student in about for label in strengths_of(student))
    return (*(StudentStrength(student.name) for student in null), *strengths)


def _probes_about(student: Student) -> set[str]:
    return {str(target.probe) for target in targets_about(student)}
