"""One cell: a student under one probe on one set of items, judged by the targets of a profile."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dls.judging.claim_outcome import judge_claim
from dls.judging.conditions import Conditions, FailedChecks, failed_checks
from dls.judging.judgement import tested_interval
from dls.measuring.measure import checks, measured_metrics
from dls.model import PROFILE_MEMBERS, Claim, Items, Measured, ProbeName, ProfileTarget, Target
from dls.probe import Probe, items_sha256
from dls.scenarios.profile import Profile
from dls.standard.registry import metric


class ItemDraw(NamedTuple):
    """A set of items.

    Attributes:
        probe: whose items they are.
        draw: its number.
        times: how many times the units that the profile plans.

    """

    probe: str
    draw: int
    times: int = 1

    @property
    def name(self) -> str:
        """A file name."""
        return f"{self.probe}.{self.draw}" + (f"x{self.times}" if self.times > 1 else "")


class TargetVerdict(msgspec.Struct, frozen=True):
    """The outcome of one target.

    `value` and `low` to `high` are of the number that the target tests: the loss, the value of the student or the pair,
    or the share that the student kept.
    """

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
    """A student at a strength on one set of items, with digests and a verdict for each target of the probe.

    `strength` is the share of the change that the student has, in [0, 1].
    """

    student: str
    strength: float
    probe: str
    draw: int
    times: int
    seed: int
    items_sha256: str
    weights_sha256: str
    verdicts: tuple[TargetVerdict, ...]
    failed_checks: tuple[str, ...]

    def verdict(self, metric_id: str) -> TargetVerdict:
        """Return the verdict on a metric's first target."""
        return next(verdict for verdict in self.verdicts if verdict.metric == metric_id)


def verdicts(
    probe: Probe, profile: Profile, items: Sequence[Any], records: Mapping[str, Sequence[Any]], seed: int
) -> tuple[tuple[TargetVerdict, ...], tuple[str, ...]]:
    """Judge each target that the profile has for a probe; return the verdicts and the names of the failed checks.

    The seeds of draws are fixed by number, before there are students. They therefore count as derived seeds.
    """
    metrics = frozenset(target.metric for target in profile.targets if target.probe == probe.id)
    measurements = measured_metrics(probe, items, records, profile.targets, metrics)
    failures = failed_checks(checks(probe, items, records), {check.check for check in probe.checks})
    claims = [_claim(probe, measurement, items, seed) for measurement in measurements]
    pairs = [(claim, target) for claim in claims for target in profile.targets_of(claim.metric, probe.id)]
    return tuple(_verdict(claim, target, failures) for claim, target in pairs), failures.clauses


def _claim(probe: Probe, measurement: Measured, items: Sequence[Any], seed: int) -> Claim:
    return Claim(
        id="cell",
        dimension=metric(measurement.metric).dimension_on(probe.id),  # type: ignore[arg-type]
        metric=measurement.metric,
        probe=ProbeName(id=probe.id, version=probe.version),
        items=Items(n=len(items), seed=seed, seed_reason=None, sha256=items_sha256(items)),
        comparator="teacher",
        teacher=measurement.teacher,
        student=measurement.student,
        pair=measurement.pair,
        loss=measurement.loss,
        retention=measurement.retention,
        targets=(),
        outcome="reported",
        evidence=("cell",),
    )


def _verdict(claim: Claim, plan: ProfileTarget, failures: FailedChecks) -> TargetVerdict:
    """Judge a claim by one target of the profile."""
    conditions = Conditions(metric(claim.metric), regenerated=True, derived_seed=True, failed_checks=failures)
    target = Target(outcome="inconclusive", **{name: getattr(plan, name) for name in PROFILE_MEMBERS})
    result = judge_claim(msgspec.structs.replace(claim, targets=(target,)), (plan,), conditions)
    interval, value = tested_interval(result, target), _tested_value(result, target)
    return TargetVerdict(
        metric=claim.metric,
        kind=target.kind,
        limit=plan.limit,
        value=value,
        low=interval.low if interval else value,
        high=interval.high if interval else value,
        n_units=(interval.n_units or 0) if interval else 0,
        outcome=result.outcome,
        marks=result.marks,
        reasons=(result.reason,) if result.reason else (),
        teacher=result.teacher.value if result.teacher else None,
        student=result.student.value if result.student else None,
    )


def _tested_value(claim: Claim, target: Target) -> float:
    if target.kind == "non_inferiority":
        return claim.loss.value if claim.loss else float("nan")
    reading = (claim.pair or claim.student) if target.kind == "absolute" else claim.retention
    return reading.value if reading else float("nan")
