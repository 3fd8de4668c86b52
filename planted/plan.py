"""The measurements, the cheapest evidence first."""

from collections.abc import Iterator
from typing import NamedTuple

from planted.cell import ItemDraw
from planted.fixed_draws import UNITS
from planted.strengths import STRENGTHS, probe_of
from planted.students import PLANTED, STUDENTS
from planted.teaching import TaughtLesson

DRAWS = 20
EXPENSIVE = {"uncertainty.multiple_choice", "safety.policy_worlds"}  # more than half of all the time, so they come last
HEADLINE = "headline.multiple_choice"  # a reference, with no loss planted in it


class StudentStrength(NamedTuple):
    """A student at one of its strengths."""

    name: str
    label: str = "full"


class Task(NamedTuple):
    """One unit of work.

    Attributes:
        phase: for the progress.
        draw: the items on which students are evaluated; None where one student is made or calibrated instead.
        students: those to evaluate.
        target: the one to make or calibrate.

    """

    phase: str
    draw: ItemDraw | None = None
    students: tuple[StudentStrength, ...] = ()
    target: StudentStrength = StudentStrength("")

    @property
    def label(self) -> str:
        """A name for the progress."""
        return f"{self.phase} {self.draw.name if self.draw else self.target.name}"


def probes() -> tuple[str, ...]:
    """Return the probes of the draws, in the order of the matrix."""
    return tuple(UNITS)


def phases(draws: int = DRAWS, selection: tuple[str, ...] = ()) -> Iterator[list[Task]]:
    """Yield lists of tasks; the tasks of one list do not wait for each other.

    `selection` names the probes to measure; it is empty for all of them.
    """
    names = [probe for probe in probes() if not selection or probe in selection]
    trainings_first = sorted(STUDENTS, key=lambda student: not isinstance(student.intervention, TaughtLesson))
    yield [Task("make", target=StudentStrength(student.name)) for student in trainings_first]
    students = tuple(StudentStrength(student.name) for student in STUDENTS)
    yield [Task("matrix", ItemDraw(probe, 0), students) for probe in names]
    for group in (set(names) - EXPENSIVE - {HEADLINE}, EXPENSIVE & set(names)):
        planted = [student.name for student in PLANTED if probe_of(student) in group]
        yield [Task(label, target=StudentStrength(name, label)) for name in planted for label in ("margin", "half")]
        group_probes = [probe for probe in names if probe in group]
        yield [Task("draw", ItemDraw(p, draw), _draw_students(p)) for draw in range(draws) for p in group_probes]


def _draw_students(probe: str) -> tuple[StudentStrength, ...]:
    planted = [student.name for student in PLANTED if probe_of(student) == probe]
    strengths = (StudentStrength(name, label) for name in planted for label in STRENGTHS)
    return (StudentStrength("perturbed"), *strengths)
