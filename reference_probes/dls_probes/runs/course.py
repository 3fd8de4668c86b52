"""The course of a run: its steps, each a probe on a model, and the time that is left after a part of them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from dls.model import Arm
from dls_probes.models.size import parameters
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.costs import unit_cost
from dls_probes.runs.plan import PlannedProbe


class CourseStep(NamedTuple):
    """A probe on a model, and its share of the work in any unit."""

    probe: str
    arm: str
    work: float


@dataclass(frozen=True)
class Course:
    """The steps of a run in their order, and the monotonic time of its start.

    The work of a step is that of its probe on the built-in pair, times the parameters of the model.
    """

    steps: tuple[CourseStep, ...]
    start: float = field(default_factory=time.monotonic)

    def label(self, probe: str, arm: str) -> str:
        """Return the place of a step in words: `probe 2 of 6, model 1 of 2`; empty for work that is no step."""
        probes, arms = (
            list(dict.fromkeys(names)) for names in zip(*((s.probe, s.arm) for s in self.steps), strict=True)
        )
        if arm not in arms or probe not in probes:
            return ""
        models = f", model {arms.index(arm) + 1} of {len(arms)}" if len(arms) > 1 else ""
        return f"probe {probes.index(probe) + 1} of {len(probes)}{models} · "

    def clock(self, probe: str, arm: str) -> Callable[[float], float | None]:
        """Return the function from the finished share of a step to the seconds that the run still takes."""
        place = next((i for i, step in enumerate(self.steps) if (step.probe, step.arm) == (probe, arm)), None)
        return partial(self._seconds_left, place)

    def _seconds_left(self, place: int | None, share: float) -> float | None:
        if place is None:
            return None
        work = [step.work for step in self.steps]
        work_before = sum(work[:place]) + share * work[place]
        return (time.monotonic() - self.start) * (sum(work) - work_before) / work_before if work_before > 0 else None


def course_of(probes: Sequence[PlannedProbe], models: Mapping[Arm, ModelSpec]) -> Course:
    """Return the course of a run that asks each model all of the probes, one model after the other."""
    sizes = {arm: max(parameters(spec.files.weight_paths()), 1) for arm, spec in models.items()}
    return Course(
        tuple(
            CourseStep(entry.probe.id, arm, unit_cost(entry.probe.id).seconds * entry.n * size)
            for arm, size in sizes.items()
            for entry in probes
        )
    )


def cheapest_first(probes: Sequence[PlannedProbe]) -> list[PlannedProbe]:
    """Return the probes by their cost: the first word about a model then comes early."""
    return sorted(probes, key=lambda entry: unit_cost(entry.probe.id).seconds * entry.n)
