"""A claim on the fresh items of a verifier's draw, judged by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import msgspec

from dls.evidence.records import RecordedRun
from dls.judging.conditions import conditions_of, has_chosen_items, is_pinned
from dls.judging.context import RuleContext
from dls.judging.judgement import judge_target, tested_interval
from dls.judging.outcome import worst_outcome
from dls.judging.replication import FreshItems
from dls.model import Claim, ClaimOutcome, Measured, Outcome, PrintedInterval, Target
from dls.verifying.comparison import PARTS
from dls.verifying.tolerance import Agreement
from dls_probes.reproduction.part_agreements import Rerun, compare_parts
from dls_probes.reproduction.settings import is_reduced


class FreshTarget(NamedTuple):
    """A target that is claimed `preserved`: its outcome on fresh items, and the p-value of `preserved` there."""

    outcome: Outcome
    p: float | None


@dataclass(frozen=True)
class FreshClaim:
    """A claim on fresh items, by itself.

    Attributes:
        claim: as the statement makes it.
        items: the fresh ones.
        measurement: the claim's metric on them.
        targets: those that are claimed `preserved`.
        agreements: of the claimed numbers with the fresh ones; none where all targets are claimed `preserved`.

    """

    claim: Claim
    items: FreshItems
    measurement: Measured
    targets: tuple[FreshTarget, ...]
    agreements: tuple[Agreement, ...]

    @property
    def outcome(self) -> ClaimOutcome | None:
        """The worst outcome of the targets that are claimed `preserved`; None without one."""
        return worst_outcome(target.outcome for target in self.targets) if self.targets else None


def judge_fresh(context: RuleContext, claim: Claim, items: FreshItems, run: RecordedRun) -> FreshClaim | None:
    """Judge a claim by the run of its fresh items; None where its probe does not measure it."""
    measurement = next((entry for entry in run.manifest.metrics if entry.metric == claim.metric), None)
    if measurement is None:
        return None
    targets = tuple(_fresh_targets(context, claim, measurement, run))
    rests_on_numbers = len(targets) < max(len(claim.targets), 1)
    agreements = _agreements(context, claim, measurement, run) if rests_on_numbers else ()
    return FreshClaim(claim, items, measurement, targets, agreements)


def _fresh_targets(
    context: RuleContext, claim: Claim, measurement: Measured, run: RecordedRun
) -> Iterator[FreshTarget]:
    assert claim.items is not None  # otherwise no fresh items follow
    fresh = msgspec.structs.replace(
        claim,
        **{part: getattr(measurement, part) for part in PARTS},
        items=msgspec.structs.replace(claim.items, n=run.manifest.items.n),
    )
    conditions = conditions_of(
        context.metrics[claim.metric],
        (run.manifest,),
        regenerated=True,
        # the seed follows from the draw; `dls validate --trust` checks it
        derived_seed=not has_chosen_items(fresh, (run.manifest,), context.profile),
        planned_n=run.manifest.items.n,
        pinned_student=is_pinned(context.statement.student),
    )
    for target in claim.targets:
        plan = context.profile_target(claim, target)
        if target.outcome == "preserved":
            judgement = judge_target(fresh, target, conditions, plan.n if plan else None)
            yield FreshTarget(judgement.outcome, _p_of_preserved(fresh, target))


def _p_of_preserved(fresh: Claim, target: Target) -> float | None:
    """Return the chance of fresh numbers at least this bad where the truth lies on the limit, in [0, 1].

    It is None without an interval.
    """
    interval = tested_interval(fresh, target)
    reading = {"non_inferiority": fresh.loss, "absolute": fresh.pair or fresh.student, "retention": fresh.retention}
    value = reading[target.kind]
    if interval is None or value is None:
        return None
    highest = target.margin if target.kind == "non_inferiority" else target.cap if target.kind == "absolute" else None
    lowest = target.at_least if target.kind == "retention" else target.floor
    if highest is not None:
        return _tail(value.value - highest, value.value - interval.low, interval)
    assert lowest is not None  # the schema requires the limit of a target's kind
    return _tail(lowest - value.value, interval.high - value.value, interval)


def _tail(excess: float, side: float, interval: PrintedInterval) -> float:
    """Return the upper tail at an excess over a limit; ``side`` is the part of the interval toward the limit."""
    half = max(side, (interval.high - interval.low) / 2)
    if half <= 0:
        return float(excess <= 0)
    return 1 - NormalDist().cdf(excess * NormalDist().inv_cdf((1 + interval.level) / 2) / half)


def _agreements(context: RuleContext, claim: Claim, measurement: Measured, run: RecordedRun) -> tuple[Agreement, ...]:
    manifests = (bundle.manifest for bundle in context.claim_bundles(claim) if bundle.manifest)
    has_less_precision = is_reduced(run.manifest, *manifests)
    rerun = Rerun(claim, measurement, claim, "fresh_items", has_less_precision, student_only=False, loss_only=False)
    if any(getattr(measurement, part) is None for part in rerun.parts):
        return ()
    return compare_parts(rerun)
