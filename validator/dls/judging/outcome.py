"""What an interval says about a target: the one place where `preserved`, `lost` and `inconclusive` are decided.

Rules judge printed numbers with it, recompute its own; it needs no numpy.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from dls.standard.registry import Metric


class Outcome(StrEnum):
    """The outcome of a target or a claim, the worst first; `reported` is a claim without a target."""

    LOST = "lost"
    INCONCLUSIVE = "inconclusive"
    PRESERVED = "preserved"
    REPORTED = "reported"


class Mark(StrEnum):
    """What may stand beside `preserved`."""

    IMPROVED = "improved"
    DEGRADED_WITHIN_MARGIN = "degraded_within_margin"


class Reason(StrEnum):
    """Why a target is inconclusive whatever its interval says."""

    NO_INTERVAL = "no_interval"
    TOO_FEW_UNITS = "too_few_units"
    TEACHER_INTERVAL_MISSING = "teacher_interval_missing"
    TEACHER_AT_CHANCE = "teacher_at_chance"
    VALIDITY_CHECK_FAILED = "validity_check_failed"


class Ends(NamedTuple):
    """The two printed ends of an interval."""

    low: float
    high: float


class Target(NamedTuple):
    """One target: a `non_inferiority` margin on the loss, a floor or cap on the student, or a retention."""

    margin: float | None = None
    floor: float | None = None
    cap: float | None = None
    at_least: float | None = None

    @property
    def kind(self) -> str:
        """`non_inferiority`, `absolute` or `retention`."""
        if self.margin is not None:
            return "non_inferiority"
        return "retention" if self.at_least is not None else "absolute"


class Measured(NamedTuple):
    """The intervals of one claim, each None where it is not stated, and the number of independent units."""

    n_units: int | None
    loss: Ends | None = None
    student: Ends | None = None
    teacher: Ends | None = None
    retention: Ends | None = None


class Judgement(NamedTuple):
    """An outcome, and the reasons that made it inconclusive."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


def judge(
    target: Target,
    measured: Measured,
    metric: Metric,
    *,
    chance: float | None = None,
    failed_checks: Sequence[str] = (),
) -> Judgement:
    """Judge one target on the interval of what it tests.

    Args:
        target: what was asked for.
        measured: what was found.
        metric: the registry's entry; its direction, smallest n and chance count, not the document's.
        chance: the level on these items, where the metric leaves it to them.
        failed_checks: names of the validity checks that failed for either model.
    """
    ends = _tested(target, measured)
    reasons = [Reason.NO_INTERVAL] if ends is None else []
    if measured.n_units is None or not metric.holds_at(measured.n_units):
        reasons.append(Reason.TOO_FEW_UNITS)
    if target.kind != "absolute":
        reasons += _doubts_about_teacher(measured.teacher, metric, chance)
    if failed_checks:
        reasons.append(Reason.VALIDITY_CHECK_FAILED)
    if reasons or ends is None:
        return Judgement(Outcome.INCONCLUSIVE, tuple(reasons))
    return Judgement(compare(target, ends))


def compare(target: Target, ends: Ends) -> Outcome:
    """Return the outcome that an interval has by its two ends alone; the limit itself is on the good side."""
    limit = next(value for value in (target.margin, target.cap, target.floor, target.at_least) if value is not None)
    if target.margin is not None or target.cap is not None:
        good, bad = ends.high <= limit, ends.low > limit
    else:
        good, bad = ends.low >= limit, ends.high < limit
    if good:
        return Outcome.PRESERVED
    return Outcome.LOST if bad else Outcome.INCONCLUSIVE


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return a claim's outcome from those of its targets: lost, else inconclusive, else preserved, else reported."""
    found = set(outcomes)
    return next((outcome for outcome in Outcome if outcome in found), Outcome.REPORTED)


def mark(outcome: Outcome, loss: Ends | None) -> Mark | None:
    """Return the mark beside a claim's outcome: only beside `preserved`, and only where the loss is not around 0."""
    if outcome is not Outcome.PRESERVED or loss is None:
        return None
    if loss.high < 0:
        return Mark.IMPROVED
    return Mark.DEGRADED_WITHIN_MARGIN if loss.low > 0 else None


def _tested(target: Target, measured: Measured) -> Ends | None:
    return {"non_inferiority": measured.loss, "absolute": measured.student, "retention": measured.retention}[
        target.kind
    ]


def _doubts_about_teacher(teacher: Ends | None, metric: Metric, stated: float | None) -> list[Reason]:
    level = metric.chance if isinstance(metric.chance, (int, float)) else stated
    if level is None or metric.of == "pair":
        return []
    if teacher is None:  # leaving the teacher's interval out must not be worth anything
        return [Reason.TEACHER_INTERVAL_MISSING]
    at_chance = teacher.high >= level if metric.direction == "lower" else teacher.low <= level
    return [Reason.TEACHER_AT_CHANCE] if at_chance else []
