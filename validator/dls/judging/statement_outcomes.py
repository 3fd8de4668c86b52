"""The content of a statement in short: each target with its outcome, and each absence, accepted or not."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from dls.model import LIMITS, Absence, Acceptance, Claim, PrintedInterval, Target


class TargetOutcome(msgspec.Struct, frozen=True):
    """One target of a claim: its declared outcome, and the numbers beside it.

    ``reason`` says why a target is inconclusive, where more than its interval does. ``accepted`` is None where nothing
    is to accept. ``student`` is the value of both models together where each has
    none. ``limit`` is a member of `LIMITS` with its number.
    """

    claim: str
    dimension: str
    metric: str
    kind: str
    outcome: str
    accepted: bool | None
    teacher: float | None
    student: float | None
    loss: float | None
    interval: tuple[float, float] | None  # of the loss
    limit: tuple[str, float]
    reason: str | None = None


class AbsentPart(NamedTuple):
    """A dimension, or one metric of it, that was not measured, does not apply, or is withheld."""

    dimension: str
    metric: str | None
    probe: str | None
    status: str
    justification: str
    accepted: bool


class StatementOutcomes(msgspec.Struct, frozen=True):
    """The targets and absences of a statement, in its order, and the number of claims without a target."""

    targets: tuple[TargetOutcome, ...]
    absences: tuple[AbsentPart, ...]
    reports: int


def outcomes_of(
    claims: Sequence[Claim], absences: Iterable[Absence], acceptances: Sequence[Acceptance]
) -> StatementOutcomes:
    """Return the declared outcomes of a statement's parts."""
    claims_accepted = {acceptance.claim for acceptance in acceptances}
    targets = tuple(
        _target(claim, target, is_accepted=claim.id in claims_accepted) for claim in claims for target in claim.targets
    )
    parts = tuple(
        AbsentPart(
            absence.dimension,
            absence.metric,
            absence.probe,
            absence.status,
            absence.justification,
            any(acceptance.covers(absence) for acceptance in acceptances if acceptance.dimension),
        )
        for absence in absences
    )
    return StatementOutcomes(targets, parts, sum(not claim.targets for claim in claims))


def _target(claim: Claim, target: Target, *, is_accepted: bool) -> TargetOutcome:
    teacher, student, loss = claim.baseline, claim.pair or claim.student, claim.loss
    return TargetOutcome(
        claim.id,
        claim.dimension,
        claim.metric,
        target.kind,
        target.outcome,
        None if target.outcome == "preserved" else is_accepted,
        teacher.value if teacher else None,
        student.value if student else None,
        loss.value if loss else None,
        _ends(loss.interval if loss else None),
        next((name, value) for name in LIMITS if (value := getattr(target, name)) is not None),
        claim.reason if target.outcome == "inconclusive" and _has_one_open_target(claim) else None,
    )


def _has_one_open_target(claim: Claim) -> bool:
    """Whether a claim's reason, which is that of one of its targets, is surely about the inconclusive one."""
    return [target.outcome for target in claim.targets].count("inconclusive") == 1


def _ends(interval: PrintedInterval | None) -> tuple[float, float] | None:
    return None if interval is None else (interval.low, interval.high)
