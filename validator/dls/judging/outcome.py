"""The outcome that an interval gives a target: the one place that decides `preserved`, `lost` and `inconclusive`.

Rules apply it to printed numbers, `dls recompute` to its own. It needs no numpy.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from dls.model import ClaimOutcome, Mark, Outcome, Reason, Target
from dls.standard.registry import Metric

OUTCOMES: tuple[ClaimOutcome, ...] = ("lost", "inconclusive", "preserved", "reported")
"""The outcomes of a claim, the worst first; `reported` is a claim without a target."""


class Ends(NamedTuple):
    """The two printed ends of an interval."""

    low: float
    high: float


class TargetIntervals(msgspec.Struct, frozen=True):
    """The intervals that decide a target, each None where it is not stated, and the number of independent units."""

    n_units: int | None
    tested: Ends | None = None  # of the loss, the student or pair, or the retention: see `tested_interval`
    teacher: Ends | None = None


class Judgement(NamedTuple):
    """An outcome, and the reasons that made it inconclusive."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


def judge(
    target: Target,
    intervals: TargetIntervals,
    metric: Metric,
    *,
    chance: float | None = None,
    failed_checks: Sequence[str] = (),
) -> Judgement:
    """Judge one target by the intervals of its claim.

    Args:
        target: the target; its own outcome counts for nothing.
        intervals: the intervals of the claim.
        metric: the registry's entry; its direction, smallest n and chance count, not the document's.
        chance: the level of chance on these items, where the metric leaves it to them.
        failed_checks: the validity checks of the probe that failed for the teacher.
    """
    reasons = tuple(_forced_reasons(target, intervals, metric, chance, failed_checks))
    if reasons or intervals.tested is None:
        return Judgement("inconclusive", reasons)
    return Judgement(outcome_of(target, intervals.tested))


def outcome_of(target: Target, ends: Ends) -> Outcome:
    """Return the outcome by the two ends of the tested interval alone; the limit itself is on the good side."""
    highest = target.margin if target.kind == "non_inferiority" else target.cap if target.kind == "absolute" else None
    if highest is not None:
        good, bad = ends.high <= highest, ends.low > highest
    else:
        lowest = target.at_least if target.kind == "retention" else target.floor
        assert lowest is not None  # the schema requires the limit of a target's kind
        good, bad = ends.low >= lowest, ends.high < lowest
    if good:
        return "preserved"
    return "lost" if bad else "inconclusive"


def worst_outcome(outcomes: Iterable[ClaimOutcome]) -> ClaimOutcome:
    """Return a claim's outcome from those of its targets: the worst; `reported` where there is none."""
    return min(outcomes, key=OUTCOMES.index, default="reported")


def mark(outcome: ClaimOutcome, loss: Ends | None) -> Mark | None:
    """Return the mark beside a claim's outcome: only beside `preserved`, where the loss interval excludes 0."""
    if outcome != "preserved" or loss is None:
        return None
    if loss.high < 0:
        return "improved"
    return "degraded_within_margin" if loss.low > 0 else None


def _forced_reasons(
    target: Target, intervals: TargetIntervals, metric: Metric, chance: float | None, failed_checks: Sequence[str]
) -> Iterator[Reason]:
    if intervals.tested is None:
        yield "no_interval"
    if intervals.n_units is None or not metric.holds_at(intervals.n_units):
        yield "too_few_units"
    if target.kind != "absolute":
        yield from _doubts_about_teacher(intervals.teacher, metric, chance)
    if failed_checks:
        yield "validity_check_failed"


def _doubts_about_teacher(teacher: Ends | None, metric: Metric, chance: float | None) -> Iterator[Reason]:
    level = metric.chance if isinstance(metric.chance, (int, float)) else chance
    if level is None or metric.of == "pair":
        return
    if teacher is None:  # leaving the teacher's interval out must not be worth anything
        yield "teacher_interval_missing"
    elif teacher.high >= level if metric.direction == "lower" else teacher.low <= level:
        yield "teacher_at_chance"
