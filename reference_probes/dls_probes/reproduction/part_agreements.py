"""The first step of a comparison: how each part of one claim agrees with the same part of a second run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dls.model import Claim, Loss, Measured, PrintedInterval, Reading
from dls.standard.registry import metric
from dls.verifying.comparison import end_differences
from dls.verifying.tolerance import (
    BY_CHANCE,
    Agreement,
    Mode,
    NumberPair,
    claim_parts,
    compare_numbers,
    tolerance_class,
)

_NARROW = 0.5  # of the second run's width: chance leaves more of an honest interval, except on a handful of events


@dataclass(frozen=True)
class Rerun:
    """A claim beside a second run of its probe.

    Attributes:
        claim: as the statement makes it.
        measurement: the second run's, of the claim's metric.
        again: the claim that this measurement makes.
        mode: whether the second run asked the statement's own items.
        is_reduced: whether either run computed in bf16 or fp16.
        student_only: whether the second run asked the student alone.
        loss_only: whether the loss alone is compared, and only a larger one counts as a difference.

    """

    claim: Claim
    measurement: Measured
    again: Claim
    mode: Mode
    is_reduced: bool
    student_only: bool
    loss_only: bool

    @property
    def tolerance(self) -> str:
        """The tolerance class by which its numbers are compared."""
        return tolerance_class(metric(self.claim.metric), self.mode, reduced=self.is_reduced)

    @property
    def parts(self) -> dict[str, Reading | Loss]:
        """The claimed numbers that are compared, by part."""
        parts = claim_parts(self.claim)
        if self.loss_only:
            return {name: part for name, part in parts.items() if name == "loss"}
        return {name: part for name, part in parts.items() if name == "student"} if self.student_only else parts


def compare_parts(rerun: Rerun) -> tuple[Agreement, ...]:
    """Return how each part agrees; where chance decides, a part without any interval is left out."""
    agreements = (_agreement(rerun, part, first) for part, first in rerun.parts.items())
    return tuple(agreement for agreement in agreements if agreement is not None)


def _agreement(rerun: Rerun, part: str, first: Reading | Loss) -> Agreement | None:
    measurement = rerun.measurement
    second, ties = getattr(measurement, part), measurement.near_ties
    if part == "loss" and measurement.student is not None and ties is not None:
        ties *= 2  # of either model
        second = Reading(value=second.value, n=measurement.student.n, interval=second.interval)
    if rerun.tolerance in BY_CHANCE and first.interval is None and second.interval is None:
        return None
    entry = metric(rerun.claim.metric)
    numbers = NumberPair(part, first, second, entry.unit_at(second.value), ties)
    return compare_numbers(entry, numbers, rerun.mode, reduced=rerun.is_reduced, worse_only=rerun.loss_only)


def combined_p(agreements: Sequence[Agreement]) -> float | None:
    """Return one p-value in [0, 1] for all parts of a claim; None where chance plays no part.

    Each part has its share of the level (Bonferroni). More parts therefore refute no more often.
    """
    p_values = [agreement.p for agreement in agreements if agreement.p is not None]
    return min(1.0, len(p_values) * min(p_values)) if p_values else None


def interval_problems(rerun: Rerun, agreements: Sequence[Agreement]) -> Iterator[str]:
    """Yield a sentence for each claimed interval that the second run's contradicts."""
    for agreement in agreements:
        part = agreement.part
        first, second = getattr(rerun.claim, part).interval, getattr(rerun.measurement, part).interval
        if rerun.tolerance not in BY_CHANCE and agreement.p is None:
            yield from end_differences(part, first, second, agreement.tolerance)
        elif first is not None and second is not None and _width(first) < _NARROW * _width(second):
            yield f"the interval of {part} is less than half as wide as the one made again"


def _width(interval: PrintedInterval) -> float:
    return interval.high - interval.low
