"""One claim beside a second run: compared part by part."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from dls.document import precision
from dls.evidence.records import Evidence
from dls.judging.claim_outcome import claim_of
from dls.judging.claimed_profile import unknown_outcome
from dls.judging.context import RuleContext
from dls.model import Claim, Loss, Measured, Reading
from dls.standard.registry import metric
from dls.verifying.comparison import Verdict, differences, end_differences, outcome_differences, sentence
from dls.verifying.tolerance import (
    BORDERLINE,
    BY_CHANCE,
    Agreement,
    Mode,
    NumberPair,
    claim_parts,
    compare_numbers,
    tolerance_class,
)
from dls_probes.reproduction.settings import is_reduced

_NARROW = 0.5  # of the width made again: what chance leaves of an honest interval, but for a handful of events


@dataclass
class Compared:
    """One claim beside the re-run: its verdict may still turn when all p-values are known."""

    claim: Claim
    verdict: Verdict
    reason: str
    again: Measured | None = None
    outcome: str | None = None
    p: float | None = None
    adjusted_p: float | None = None
    smallest_forgery: float | None = None
    tolerance: str | None = None
    agreements: list[Agreement] = field(default_factory=list)


@dataclass(frozen=True)
class Comparing:
    """How the claims of a case are compared.

    ``reworded``: the questions were put in the verifier's phrasings, so that what a wording does to both models is no
    difference: the loss alone is compared, and only a larger one refutes.
    """

    context: RuleContext
    mode: Mode
    reworded: bool = False

    def claim(self, index: int, evidence: Evidence) -> Compared:
        """Compare one claim with the evidence of a second run of its probe."""
        claim = self.context.statement.claims[index]
        if self.mode == "same_items" and (problem := _other_items(claim, evidence)) is not None:
            return Compared(claim, Verdict.REFUTED, problem)
        found = next((measured for measured in evidence.manifest.metrics if measured.metric == claim.metric), None)
        if found is None:
            return Compared(claim, Verdict.REFUTED, f"probe {evidence.probe.name} does not measure {claim.metric}")
        again = _claimed_again(self.context, claim, found, evidence)
        if self.mode == "same_items" and self.same_records(claim, evidence):
            compared = self._exactly(index, found, again)
        else:
            compared = self._within_tolerance(index, found, again, evidence)
        compared.tolerance = tolerance_class(metric(claim.metric), self.mode, reduced=self._reduced(claim, evidence))
        return self._without_profile(compared) if self.context.profile is None else compared

    def _without_profile(self, compared: Compared) -> Compared:
        """Leave the outcome of a claim open, however well its numbers agree."""
        compared.outcome = None
        why = unknown_outcome(self.context, compared.claim)
        if why and compared.verdict is Verdict.CONFIRMED:
            compared.verdict, compared.reason = Verdict.NOT_VERIFIABLE, why
        return compared

    def _reduced(self, claim: Claim, evidence: Evidence) -> bool:
        """Tell whether a claim's own evidence or the second run was computed in bf16 or fp16."""
        said = (bundle.manifest for bundle in self.context.claim_bundles(claim) if bundle.manifest)
        return is_reduced(evidence.manifest, *said)

    def same_records(self, claim: Claim, evidence: Evidence) -> bool:
        """Tell whether the statement's evidence names the very records that the second run wrote."""
        again = {entry.arm: entry.sha256 for entry in evidence.manifest.records}
        bundles = list(self.context.claim_bundles(claim))
        return any({e.arm: e.sha256 for e in b.manifest.records} == again for b in bundles if b.manifest)

    def _exactly(self, index: int, found: Measured, again: Claim) -> Compared:
        document, pointer = self.context.document, f"/claims/{index}"
        claim = self.context.statement.claims[index]
        problems = [*differences(document, pointer, claim, found), *outcome_differences(claim, again)]
        verdict = Verdict.REFUTED if problems else Verdict.CONFIRMED
        reason = sentence(problems, "the second run wrote the same records, byte for byte")
        part = next((name for name in ("student", "pair") if getattr(claim, name) is not None), None)
        forgery = 2 * precision.slack(document, f"{pointer}/{part}/value") if part else None
        return Compared(claim, verdict, reason, found, again.outcome, smallest_forgery=forgery)

    def _within_tolerance(self, index: int, found: Measured, again: Claim, evidence: Evidence) -> Compared:
        claim, alone = self.context.statement.claims[index], "teacher" not in evidence.records
        reduced = self._reduced(claim, evidence)
        kind = tolerance_class(metric(claim.metric), self.mode, reduced=reduced)
        parts = self._parts(claim, alone=alone)
        if (missing := next((part for part in parts if getattr(found, part) is None), None)) is not None:
            return Compared(claim, Verdict.REFUTED, f"{missing} is claimed, and not measured again", found)
        tried = (self._agreement(index, part, said, found, reduced=reduced) for part, said in parts.items())
        agreements = [one for one in tried if one is not None]
        if not agreements:
            reason = "it has no interval by which chance could be told from a difference"
            return Compared(claim, Verdict.NOT_VERIFIABLE, reason, found)
        compared = _agreed(claim, found, again, agreements, kind)
        if not self.reworded and not alone:
            self._compare_intervals(compared, kind)
        if alone and compared.verdict is Verdict.CONFIRMED:
            compared.verdict = Verdict.NOT_VERIFIABLE
            compared.reason = "the student's number agrees, and for the others the teacher is needed"
        return compared

    def _parts(self, claim: Claim, *, alone: bool) -> dict[str, Reading | Loss]:
        parts = claim_parts(claim)
        if self.reworded:
            return {name: said for name, said in parts.items() if name == "loss"}
        return {name: said for name, said in parts.items() if name == "student"} if alone else parts

    def _agreement(
        self, index: int, part: str, said: Reading | Loss, found: Measured, *, reduced: bool
    ) -> Agreement | None:
        claim, other, ties = self.context.statement.claims[index], getattr(found, part), found.near_ties
        if part == "loss" and found.student is not None and ties is not None:
            other, ties = (
                Reading(value=other.value, n=found.student.n, interval=other.interval),
                2 * ties,
            )  # of either model
        entry = metric(claim.metric)
        rounding = 2 * precision.slack(self.context.document, f"/claims/{index}/{part}/value")
        numbers = NumberPair(part, said, other, rounding, ties)
        agreement = compare_numbers(entry, numbers, self.mode, reduced=reduced, worse_only=self.reworded)
        by_chance = tolerance_class(entry, self.mode, reduced=reduced) in BY_CHANCE
        return None if by_chance and said.interval is None and other.interval is None else agreement

    def _compare_intervals(self, compared: Compared, kind: str) -> None:
        """Hold the claimed intervals against those made again; an outcome that turned makes a claim borderline."""
        problems = list(_intervals_apart(compared, kind))
        if problems and compared.verdict is Verdict.CONFIRMED:
            compared.verdict = Verdict.BORDERLINE if kind in BY_CHANCE else Verdict.REFUTED
            compared.reason = sentence(problems, "")


def _other_items(claim: Claim, evidence: Evidence) -> str | None:
    said, drawn = claim.items, evidence.manifest.items
    if said is not None and said.sha256 is not None and said.sha256 != drawn.sha256:
        return f"seed {said.seed} makes items with digest {drawn.sha256}, the claim says {said.sha256}"
    return None


def _claimed_again(context: RuleContext, claim: Claim, found: Measured, evidence: Evidence) -> Claim:
    """Return the claim that the second run's numbers make, under the seed rules of the claim itself.

    Without a profile nobody knows what they make of its outcome, so that it is the claim's own.
    """
    manifest = evidence.manifest
    if context.profile is None:
        return claim
    if claim.items is not None:
        drawn = msgspec.structs.replace(manifest.items, seed=claim.items.seed, phrasings_sha256=None)
        manifest = msgspec.structs.replace(manifest, items=drawn)
    return claim_of(manifest, found, context.profile, "again")


def _agreed(claim: Claim, found: Measured, again: Claim, agreements: list[Agreement], kind: str) -> Compared:
    """Return what the parts come to; each has its share of the level, so that more parts refute no more often."""
    by_chance = [one.p for one in agreements if one.p is not None]
    p = min(1.0, len(by_chance) * min(by_chance)) if by_chance else None
    beyond = [one for one in agreements if one.p is None and not one.within]
    off = beyond or [one for one in agreements if p is not None and p < BORDERLINE and one.p == min(by_chance)]
    problems = [
        f"{one.part} differs by {one.difference:.4g}, and {one.smallest_forgery(len(by_chance)):.4g} is what an honest run may differ by"
        for one in off
    ]
    verdict = Verdict.REFUTED if beyond else Verdict.BORDERLINE if off else Verdict.CONFIRMED
    if verdict is Verdict.CONFIRMED and again.outcome and (turned := list(outcome_differences(claim, again))):
        alone = found.teacher is None and found.pair is None
        verdict = Verdict.CONFIRMED if alone else Verdict.BORDERLINE
        problems += [] if alone else turned
    reason = sentence(problems, f"within the tolerance of its class, {kind}")
    return Compared(claim, verdict, reason, found, again.outcome, p, agreements=agreements)


def _intervals_apart(compared: Compared, kind: str) -> Iterator[str]:
    claim, found = compared.claim, compared.again
    for one in compared.agreements:
        said, other = getattr(claim, one.part).interval, getattr(found, one.part).interval
        if kind not in BY_CHANCE and one.p is None:
            yield from end_differences(one.part, said, other, one.allowed)
        elif said is not None and other is not None and said.high - said.low < _NARROW * (other.high - other.low):
            yield f"the interval of {one.part} is less than half as wide as the one made again"
