"""One cell: a student under one probe on one set of items, judged by the targets of a profile."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dls.judging.claim_outcome import judge_claim
from dls.judging.conditions import Conditions, failed_checks
from dls.judging.judgement import tested_interval
from dls.measuring.measure import checks, measured_metrics
from dls.model import PROFILE_MEMBERS, Claim, Items, Measured, ProbeName, Target
from dls.probe import Probe, items_sha256
from dls.scenarios.profile import Profile
from dls.standard.registry import metric


class Where(NamedTuple):
    """Which items: a probe, the number of the draw, and how many times the profile's planned units."""

    probe: str
    draw: int
    times: int = 1

    @property
    def name(self) -> str:
        """A file name."""
        return f"{self.probe}.{self.draw}" + (f"x{self.times}" if self.times > 1 else "")


class Verdict(msgspec.Struct, frozen=True):
    """What one target came out as; `value` and `low` to `high` are of what it tests: loss, student's or pair's value, share kept."""

    metric: str
    kind: str
    limit: float
    value: float
    low: float
    high: float
    n_units: int
    outcome: str
    marks: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    teacher: float | None = None
    student: float | None = None


class Cell(msgspec.Struct, frozen=True):
    """A student, how much of its change it has, the items, digests, and a verdict for each target of the probe."""

    student: str
    strength: float
    probe: str
    draw: int
    times: int
    seed: int
    items_sha256: str
    weights_sha256: str
    verdicts: tuple[Verdict, ...]
    failed_checks: tuple[str, ...]

    def verdict(self, metric_id: str) -> Verdict:
        """Return the verdict about a metric's first target."""
        return next(found for found in self.verdicts if found.metric == metric_id)


def verdicts(
    probe: Probe, profile: Profile, items: Sequence[Any], records: Mapping[str, Sequence[Any]], seed: int
) -> tuple[tuple[Verdict, ...], tuple[str, ...]]:
    """Judge every target that the profile has for a probe; return the verdicts and the names of the failed checks.

    Seeds are fixed here by number, before there are students, so they count as seeds that nobody chose.
    """
    wanted = [target for target in profile.targets if target.probe == probe.id]
    measured = measured_metrics(probe, items, records, profile.targets, frozenset(target.metric for target in wanted))
    failed = failed_checks(checks(probe, items, records))
    found: list[Verdict] = []
    for one in measured:
        found += _judged(probe, profile, _claim(probe, one, items, seed), failed)
    return tuple(found), failed


def _claim(probe: Probe, measured: Measured, items: Sequence[Any], seed: int) -> Claim:
    return Claim(
        id="cell",
        dimension=metric(measured.metric).dimension,  # type: ignore[arg-type]
        metric=measured.metric,
        probe=ProbeName(id=probe.id, version=probe.version),
        items=Items(n=len(items), seed=seed, seed_reason=None, sha256=items_sha256(items)),
        comparator="teacher",
        teacher=measured.teacher,
        student=measured.student,
        pair=measured.pair,
        loss=measured.loss,
        retention=measured.retention,
        targets=(),
        outcome="reported",
        evidence=("cell",),
    )


def _judged(probe: Probe, profile: Profile, claim: Claim, failed: tuple[str, ...]) -> list[Verdict]:
    about = Conditions(metric(claim.metric), regenerated=True, derived_seed=True, failed_checks=failed)
    found = []
    for plan in profile.targets_of(claim.metric, probe.id):
        numbers = {name: getattr(plan, name) for name in PROFILE_MEMBERS}
        target = Target(outcome="inconclusive", **numbers)
        done = judge_claim(msgspec.structs.replace(claim, targets=(target,)), (plan,), about)
        tested = tested_interval(done, target)
        value = _tested_value(done, target)
        found.append(
            Verdict(
                metric=claim.metric,
                kind=target.kind,
                limit=plan.limit,
                value=value,
                low=tested.low if tested else value,
                high=tested.high if tested else value,
                n_units=(tested.n_units or 0) if tested else 0,
                outcome=done.outcome,
                marks=done.marks,
                reasons=(done.reason,) if done.reason else (),
                teacher=done.teacher.value if done.teacher else None,
                student=done.student.value if done.student else None,
            )
        )
    return found


def _tested_value(claim: Claim, target: Target) -> float:
    if target.kind == "non_inferiority":
        return claim.loss.value if claim.loss else float("nan")
    reading = (claim.pair or claim.student) if target.kind == "absolute" else claim.retention
    return reading.value if reading else float("nan")
