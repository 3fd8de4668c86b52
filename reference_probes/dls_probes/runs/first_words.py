"""The first words about a teacher, before its student is asked: the targets that its answers cannot decide."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from dls.access_level import AccessLevel
from dls.judging.claim_outcome import plain_target
from dls.judging.conditions import is_failed
from dls.judging.judgement import reading_ends
from dls.judging.outcome import Ends, TargetIntervals, judge
from dls.model import Measured, ProfileTarget, ValidityCheck
from dls.model.manifest import ACCESS
from dls.probes.collection import EASIER_PROBES
from dls.report.terminal import show
from dls.scenarios.profile import Profile
from dls.standard.registry import metric
from dls_probes.runs.arm_answers import ArmAnswers
from dls_probes.runs.plan import PlannedProbe
from dls_probes.runs.run_options import Watch

_VERDICT = "its target cannot be decided so"
_INSIDE = Ends(0.0, 0.0)  # stands for an interval of the student, who has not answered yet


def teacher_watch(profile: Profile) -> Watch:
    """Return the watch that prints a line for each target as soon as its teacher has answered."""

    def watch(entry: PlannedProbe, arm: str, answers: ArmAnswers) -> None:
        if arm == "teacher":
            access = answers.result.settings.get(ACCESS, "white_box")
            for line in teacher_lines(profile, entry, answers.records, access):
                show(line, stream=sys.stderr)

    return watch


def teacher_lines(
    profile: Profile, entry: PlannedProbe, records: Sequence[Any], access: AccessLevel = "white_box"
) -> Iterator[str]:
    """Yield a line for each failed check and each relative target of a probe, by the teacher's records alone."""
    from dls.measuring.measure import checks, measured_metrics  # start-up: loads numpy

    arms, probe = {"teacher": records}, entry.probe.at(access)
    failures = [check for check in checks(probe, entry.items, arms) if is_failed(check)]
    yield from (_check_line(entry, check) for check in failures)
    targets = [
        (target, result)
        for result in measured_metrics(probe, entry.items, arms, profile.targets)
        for target in profile.targets_of(result.metric, entry.probe.id)
    ]
    lines = [_target_line(entry, target, result) for target, result in targets if target.kind != "absolute"]
    yield from lines
    if failures or any(_VERDICT in text for text in lines):
        yield from _easier(entry)


def _check_line(entry: PlannedProbe, check: ValidityCheck) -> str:
    value = "unknown" if check.value is None else f"{check.value:g}, below its floor {check.floor:g}"
    name = f"teacher · {entry.probe.id}, {entry.n:,} units"
    return f"{name}: the check {check.check} is {value}; no target of the probe can be decided"


def _target_line(entry: PlannedProbe, target: ProfileTarget, result: Measured) -> str:
    """Return a line about a teacher's interval against chance; a pilot's few units are no reason against a target."""
    definition, reading = metric(target.metric), result.teacher
    ends, chance = reading_ends(reading), definition.chance_on(entry.probe.id, target.chance)
    level = definition.chance if isinstance(definition.chance, int | float) else chance
    intervals = TargetIntervals(max(entry.n, target.n), _INSIDE, ends)
    reasons = judge(plain_target(target), intervals, definition, chance=chance).reasons
    value = f" {reading.value:g}" if reading else ""
    interval = f" [{ends.low:g}, {ends.high:g}]" if ends else ""
    text = f"teacher · {entry.probe.id}, {entry.n:,} units: {target.metric}{value}{interval}"
    if "teacher_at_chance" in reasons:
        return f"{text} does not clear chance, which is {level:g}: {_VERDICT}"
    if reasons:
        return f"{text}: {_VERDICT} ({', '.join(reasons)})"
    return f"{text} clears chance, which is {level:g}" if level is not None else text


def _easier(entry: PlannedProbe) -> Iterator[str]:
    for probe in EASIER_PROBES:
        if probe.stands_for == entry.probe.id:
            yield (
                f"teacher · {probe.id} measures the same on easier items; name it in the targets of your own profile, "
                "which extends this one"
            )
