"""What is measured, the cheapest evidence first."""

from collections.abc import Iterator
from typing import NamedTuple

from planted.cell import Where
from planted.sitting import PROFILE
from planted.strengths import STRENGTHS, probe_of
from planted.students import PLANTED, STUDENTS, Student

DRAWS = 20
DEAR = {"uncertainty.multiple_choice", "safety.policy_worlds"}  # more than half of all the time, so they come last
HEADLINE = "headline.multiple_choice"  # a reference, with no loss planted in it


class Seat(NamedTuple):
    """Who sits: a student at one of its strengths."""

    name: str
    strength: str = "full"


class Task(NamedTuple):
    """One unit of work: some students on one draw (`where`), or one made, or aimed at half or the margin (`made`)."""

    phase: str
    where: Where | None = None
    seats: tuple[Seat, ...] = ()
    made: Seat = Seat("")

    @property
    def label(self) -> str:
        """What a reader of the progress sees."""
        return f"{self.phase} {self.where.name if self.where else self.made.name}"


def probes() -> tuple[str, ...]:
    """Return the probes that the profile's targets name, in its order."""
    from dls.scenarios.profile import load_profile

    return tuple(dict.fromkeys(str(target.probe) for target in load_profile(PROFILE).targets))


def phases(draws: int = DRAWS, chosen: tuple[str, ...] = ()) -> Iterator[list[Task]]:
    """Yield lists of tasks; the tasks of one list do not wait for each other. `chosen` are the probes, all where empty."""
    wanted = [probe for probe in probes() if not chosen or probe in chosen]
    by_cost = sorted(STUDENTS, key=lambda one: callable(one.made))  # training takes longest, so it begins first
    yield [Task("make", made=Seat(one.name)) for one in by_cost]
    everyone = tuple(Seat(one.name) for one in STUDENTS)
    yield [Task("matrix", Where(probe, 0), everyone) for probe in wanted]
    for some in (set(wanted) - DEAR - {HEADLINE}, DEAR & set(wanted)):
        own = [one for one in PLANTED if probe_of(one) in some]
        yield [Task(aim, made=Seat(one.name, aim)) for one in own for aim in ("margin", "half")]
        asked = [probe for probe in wanted if probe in some]
        yield [Task("draw", Where(probe, draw), _seats(probe)) for draw in range(draws) for probe in asked]


def _seats(probe: str) -> tuple[Seat, ...]:
    own: tuple[Student, ...] = tuple(one for one in PLANTED if probe_of(one) == probe)
    return (Seat("perturbed"), *(Seat(one.name, strength) for one in own for strength in STRENGTHS))
