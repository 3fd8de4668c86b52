"""The outcomes that the printed numbers of a claim allow, beside those that the statement declares."""

from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

import msgspec

from dls.judging.conditions import Conditions
from dls.judging.outcome import Ends, Judgement, TargetIntervals, judge, mark, outcome_of
from dls.model import (
    PROFILE_MEMBERS,
    Claim,
    Mark,
    Outcome,
    PrintedInterval,
    ProfileTarget,
    Reading,
    Reason,
    Target,
)
from dls.standard.numbers import LEVEL
from dls.standard.registry import Metric
from dls.statistics.proportion import clopper_pearson, wilson

_LEAST_LEVEL = LEVEL - 1e-9
_profile_members = attrgetter(*PROFILE_MEMBERS)
_LARGEST_EXACT = 100_000  # items; beyond it the exact interval and Wilson's agree to 1e-5


class MetricClaim(NamedTuple):
    """A claim whose metric is known."""

    pointer: str
    claim: Claim
    metric: Metric


class ClaimedTarget(msgspec.Struct, frozen=True):
    """A target of a claim, judged once for all rules."""

    pointer: str
    claim: Claim
    target: Target
    conditions: Conditions
    interval_outcome: Outcome | None  # of the function of this name
    forced_reasons: tuple[Reason, ...]


def judge_target(claim: Claim, target: Target, conditions: Conditions, planned_n: int | None) -> Judgement:
    """Judge one target of a claim.

    Args:
        claim: the claim.
        target: the target.
        conditions: the conditions of the claim.
        planned_n: the profile's planned number of units for this target; None where no profile is known.
    """
    outcome, reasons = interval_outcome(claim, target), forced_reasons(claim, target, conditions)
    if outcome is None or reasons:
        return Judgement("inconclusive", reasons)
    if outcome == "preserved" and (reasons := blocking_reasons(claim, target, conditions, planned_n)):
        return Judgement("inconclusive", reasons)
    return Judgement(outcome)


def interval_outcome(claim: Claim, target: Target) -> Outcome | None:
    """Return the outcome by the tested interval alone; None where there is none at 90 % or more."""
    ends = _ends(tested_interval(claim, target))
    return None if ends is None else outcome_of(target, ends)


def forced_reasons(claim: Claim, target: Target, conditions: Conditions) -> tuple[Reason, ...]:
    """Return the reasons that make a target inconclusive, no matter where its interval lies."""
    ends = _ends(tested_interval(claim, target))
    foreign = conditions.other_items or (ends is None and not conditions.regenerated)
    metric = conditions.metric
    teacher = None if metric.chance is None else reading_ends(claim.teacher)  # which takes long from count and n
    intervals = TargetIntervals(unit_count(claim, target), ends, teacher)
    chance = metric.chance_on(claim.probe.id if claim.probe else None, target.chance)
    reasons = judge(target, intervals, metric, chance=chance, failed_checks=conditions.failed_checks.excuses).reasons
    return ("not_regenerated", *reasons) if foreign else reasons


def blocking_reasons(claim: Claim, target: Target, conditions: Conditions, planned_n: int | None) -> tuple[Reason, ...]:
    """Return why a target cannot be preserved although its interval lies on the good side."""
    reasons: list[Reason] = ["validity_check_failed"] if conditions.failed_checks.clauses else []
    if not conditions.regenerated:
        reasons.append("not_regenerated")
    if not conditions.derived_seed:
        reasons.append("chosen_seed")
    is_below = (unit_count(claim, target) or 0) < (planned_n or 0) or not conditions.whole_split
    if _has_another_n(claim, target, conditions) or is_below:
        reasons.append("n_not_planned")
    if not conditions.pinned_student:
        reasons.append("declared_student")
    return tuple(reasons)


def _has_another_n(claim: Claim, target: Target, conditions: Conditions) -> bool:
    n = claim.items.n if claim.items else unit_count(claim, target)
    return None not in (n, conditions.planned_n) and n != conditions.planned_n


def tested_interval(claim: Claim, target: Target) -> PrintedInterval | None:
    """Return the interval that a target tests: of the loss, of the student's or pair's value, or of the retention."""
    if target.kind == "non_inferiority":
        return claim.loss.interval if claim.loss else None
    reading = (claim.pair or claim.student) if target.kind == "absolute" else claim.retention
    return reading.interval if reading else None


def unit_count(claim: Claim, target: Target) -> int | None:
    """Return the number of independent units of the number that a target tests."""
    interval = tested_interval(claim, target)
    if interval is not None and interval.n_units is not None:
        return interval.n_units
    reading = (claim.pair or claim.student) if target.kind == "absolute" else None
    return reading.n if reading else None


def reading_ends(reading: Reading | None) -> Ends | None:
    """Return the ends of a value's 90 % interval: the stated one, or the exact one of its count and n; None without."""
    if reading is None:
        return None
    if reading.interval is not None or reading.count is None or reading.n is None or reading.count > reading.n:
        return _ends(reading.interval)
    return _exact_ends(reading.count, reading.n)


def marks(claim: Claim) -> tuple[Mark, ...]:
    """Return the marks that a preserved claim's loss interval calls for, beside its outcome."""
    name = mark(claim.outcome, _ends(claim.loss.interval if claim.loss else None))
    return () if name is None else (name,)


def repeats(target: Target, plan: ProfileTarget) -> bool:
    """Whether a claim's target is the profile's, number for number."""
    return bool(_profile_members(target) == _profile_members(plan))


@lru_cache(maxsize=1024)
def _exact_ends(count: int, n: int) -> Ends:
    interval = (clopper_pearson if n <= _LARGEST_EXACT else wilson)(count, n, LEVEL)
    return Ends(interval.low, interval.high)


def _ends(interval: PrintedInterval | None) -> Ends | None:
    return None if interval is None or interval.level < _LEAST_LEVEL else Ends(interval.low, interval.high)
