"""What the printed numbers of a claim allow it to say: its targets judged, beside what the statement declares."""

from functools import lru_cache
from typing import Any, NamedTuple, cast

from dls.judging import outcome
from dls.judging.conditions import Conditions
from dls.judging.outcome import Ends
from dls.model import Claim, Interval, Outcome, Reading, Reason, Target
from dls.standard.numbers import LEVEL
from dls.standard.registry import Metric
from dls.statistics.proportion import clopper_pearson, wilson

_LEAST = LEVEL - 1e-9
_MANY = 100_000  # items from which on the exact interval and Wilson's agree to 1e-5


class Derived(NamedTuple):
    """The outcome that a target gets, and why it is less than the interval alone says."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


class MetricClaim(NamedTuple):
    """A claim whose metric is known."""

    pointer: str
    claim: Claim
    metric: Metric


class ClaimedTarget(NamedTuple):
    """A target of a claim, judged once for every rule that asks."""

    pointer: str
    claim: Claim
    target: Target
    conditions: Conditions
    interval_outcome: Outcome | None  # of `by_interval`
    forced_reasons: tuple[Reason, ...]


def derived(claim: Claim, target: Target, about: Conditions, planned: int | None) -> Derived:
    """Return the outcome of one target of a claim.

    Args:
        claim: the claim.
        target: the target.
        about: the conditions of the claim.
        planned: the profile's planned number of units for this target; None where no profile is known.
    """
    alone, forced = by_interval(claim, target), forced_reasons(claim, target, about)
    if alone is None or forced:
        return Derived("inconclusive", forced)
    blocking = blocking_reasons(claim, target, about, planned)
    return Derived("inconclusive", blocking) if alone == "preserved" and blocking else Derived(alone)


def by_interval(claim: Claim, target: Target) -> Outcome | None:
    """Return what the interval alone says; None where there is none at 90 % or more for what the target tests."""
    ends = _ends(tested_interval(claim, target))
    return None if ends is None else cast("Outcome", outcome.compare(_asked(target), ends).value)


def forced_reasons(claim: Claim, target: Target, about: Conditions) -> tuple[Reason, ...]:
    """Return why a target is inconclusive whatever its interval says."""
    tested = _ends(tested_interval(claim, target))
    found = outcome.Measured(
        n_units=units(claim, target), loss=tested, student=tested, retention=tested, teacher=reading_ends(claim.teacher)
    )
    chance = about.metric.chance_on(claim.probe.id if claim.probe else None, target.chance)
    judged = outcome.judge(_asked(target), found, about.metric, chance=chance, failed_checks=about.failed_checks)
    return tuple(reason.value for reason in judged.reasons)


def blocking_reasons(claim: Claim, target: Target, about: Conditions, planned: int | None) -> tuple[Reason, ...]:
    """Return why a target cannot be preserved although its interval lies on the good side."""
    found: list[Reason] = [] if about.regenerated else ["not_regenerated"]
    if not about.derived_seed:
        found.append("chosen_seed")
    if planned is not None and (units(claim, target) or 0) < planned:
        found.append("n_below_plan")
    return tuple(found)


def tested_interval(claim: Claim, target: Target) -> Interval | None:
    """Return the interval of what a target tests: the loss, the student's or pair's value, the retention."""
    if target.kind == "non_inferiority":
        return claim.loss.interval if claim.loss else None
    reading = (claim.pair or claim.student) if target.kind == "absolute" else claim.retention
    return reading.interval if reading else None


def units(claim: Claim, target: Target) -> int | None:
    """Return the number of independent units behind what a target tests."""
    interval = tested_interval(claim, target)
    if interval is not None and interval.n_units is not None:
        return interval.n_units
    reading = (claim.pair or claim.student) if target.kind == "absolute" else None
    return reading.n if reading else None


def reading_ends(reading: Reading | None) -> Ends | None:
    """Return the ends of a reading's 90 % interval: its own, or the exact one from count and n; None where it has neither."""
    if reading is None:
        return None
    if reading.interval is not None or reading.count is None or reading.n is None or reading.count > reading.n:
        return _ends(reading.interval)
    return _exact(reading.count, reading.n)


def worst(outcomes: tuple[Outcome, ...]) -> str:
    """Return the worst of some outcomes; `reported` where there is none."""
    return outcome.worst(outcome.Outcome(found) for found in outcomes).value


def marks(claim: Claim) -> tuple[str, ...]:
    """Return the marks that a preserved claim's loss interval calls for, beside its outcome."""
    found = outcome.mark(outcome.Outcome(claim.outcome), _ends(claim.loss.interval if claim.loss else None))
    return () if found is None else (found.value,)


@lru_cache(maxsize=1024)
def _exact(count: int, n: int) -> Ends:
    found = (clopper_pearson if n <= _MANY else wilson)(count, n, LEVEL)
    return Ends(found.low, found.high)


def _ends(interval: Interval | None) -> Ends | None:
    return None if interval is None or interval.level < _LEAST else Ends(interval.low, interval.high)


def _asked(target: Target) -> outcome.Target:
    limits: dict[str, Any] = {name: getattr(target, name) for name in _LIMITS[target.kind]}
    return outcome.Target(**limits)


_LIMITS = {"non_inferiority": ("margin",), "absolute": ("floor", "cap"), "retention": ("at_least",)}
