"""The second step of a comparison: a verdict on each claim by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from dls.evidence.records import RecordedRun
from dls.judging.claim_outcome import claim_of
from dls.judging.claimed_profile import profile_of, unknown_outcome
from dls.judging.context import RuleContext
from dls.model import Claim, Measured
from dls.model.reproduction_report import AuditedUnits, ClaimNumbers
from dls.scenarios.profile import Profile
from dls.standard.registry import metric
from dls.verifying.comparison import PARTS, Verdict, differences, outcome_differences, sentence
from dls.verifying.tolerance import BORDERLINE, BY_CHANCE, Agreement, Mode
from dls_probes.reproduction.comparison_result import Comparison
from dls_probes.reproduction.part_agreements import Rerun, combined_p, compare_parts, interval_problems
from dls_probes.reproduction.settings import is_reduced


@dataclass(frozen=True)
class Comparer:
    """How the claims of a statement are compared.

    ``is_reworded`` says that the questions were put in the verifier's phrasings. A wording changes the numbers of both
    models, so the loss alone is compared, and only a larger one refutes.
    """

    context: RuleContext
    mode: Mode
    is_reworded: bool = False

    def compare(self, index: int, evidence: RecordedRun) -> Comparison:
        """Compare one claim with the evidence of a second run of its probe."""
        claim = self.context.statement.claims[index]
        if self.mode == "same_items" and (problem := _items_problem(claim, evidence)) is not None:
            return Comparison(claim, Verdict.REFUTED, problem)
        measurements = evidence.manifest.metrics
        measurement = next((entry for entry in measurements if entry.metric == claim.metric), None)
        if measurement is None:
            return Comparison(claim, Verdict.REFUTED, f"probe {evidence.probe.name} does not measure {claim.metric}")
        rerun = self._rerun(index, measurement, evidence)
        if self.mode == "same_items" and self._has_same_records(claim, evidence):
            return self._exact(rerun)
        return self._within_tolerance(rerun)

    def compare_sample(self, index: int, original: RecordedRun, evidence: RecordedRun, of: int) -> Comparison:
        """Compare the records of some published units with a second run of these units.

        Args:
            index: of the claim, whose numbers follow from all its published records.
            original: the published items and records of these units.
            evidence: of the second run.
            of: the number of units of the claim.
        """
        claim = self.context.statement.claims[index]
        first = _measurement_of(claim, original, profile_of(self.context))
        measurements = evidence.manifest.metrics
        second = next((entry for entry in measurements if entry.metric == claim.metric), None)
        if first is None or second is None:
            return Comparison(claim, Verdict.REFUTED, f"probe {evidence.probe.name} does not measure {claim.metric}")
        n = evidence.manifest.items.n
        audit = AuditedUnits(n=n, of=of, published=ClaimNumbers(**values_of(first)))
        if all(list(original.records[arm]) == list(records) for arm, records in evidence.records.items()):
            text = (
                f"its numbers follow from its records, and the second run wrote {n} of {of} units again, byte for byte"
            )
            verdict, reason = self._confirmed(claim, text)
            return Comparison(claim, verdict, reason, second, audit=audit, tolerance="exact")
        sample = msgspec.structs.replace(claim, **{part: getattr(first, part) for part in PARTS})
        rerun = replace(self._rerun(index, second, evidence), claim=sample, again=sample)
        return replace(self._within_tolerance(rerun), claim=claim, outcome=None, audit=audit)

    def _rerun(self, index: int, measurement: Measured, evidence: RecordedRun) -> Rerun:
        claim = self.context.statement.claims[index]
        manifests = (bundle.manifest for bundle in self.context.claim_bundles(claim) if bundle.manifest)
        return Rerun(
            claim=claim,
            measurement=measurement,
            again=_claim_again(self.context, claim, measurement, evidence),
            mode=self.mode,
            is_reduced=is_reduced(evidence.manifest, *manifests),
            student_only="teacher" not in evidence.records,
            loss_only=self.is_reworded,
        )

    def _has_same_records(self, claim: Claim, evidence: RecordedRun) -> bool:
        """Return whether the statement's evidence names the same records as the second run."""
        again = {entry.arm: entry.sha256 for entry in evidence.manifest.records}
        manifests = [bundle.manifest for bundle in self.context.claim_bundles(claim) if bundle.manifest]
        return any({entry.arm: entry.sha256 for entry in manifest.records} == again for manifest in manifests)

    def _exact(self, rerun: Rerun) -> Comparison:
        claim, measurement = rerun.claim, rerun.measurement
        problems = [*differences(claim, measurement, metric(claim.metric)), *outcome_differences(claim, rerun.again)]
        verdict, reason = (
            (Verdict.REFUTED, sentence(problems, ""))
            if problems
            else self._confirmed(claim, "the second run wrote the same records, byte for byte")
        )
        part = claim.student or claim.pair
        return Comparison(
            claim,
            verdict,
            reason,
            measurement,
            self._outcome(rerun),
            smallest_forgery=metric(claim.metric).unit_at(part.value) if part else None,
            tolerance=rerun.tolerance,
        )

    def _within_tolerance(self, rerun: Rerun) -> Comparison:
        claim, measurement, tolerance = rerun.claim, rerun.measurement, rerun.tolerance
        missing = next((part for part in rerun.parts if getattr(measurement, part) is None), None)
        if missing is not None:
            reason = f"{missing} is claimed, and not measured again"
            return Comparison(claim, Verdict.REFUTED, reason, measurement, tolerance=tolerance)
        agreements = compare_parts(rerun)
        if not agreements:
            reason = "it has no interval that would separate a difference from chance"
            return Comparison(claim, Verdict.NOT_VERIFIABLE, reason, measurement, tolerance=tolerance)
        verdict, reason = self._verdict(rerun, agreements)
        return Comparison(claim, verdict, reason, measurement, self._outcome(rerun), agreements, tolerance=tolerance)

    def _verdict(self, rerun: Rerun, agreements: Sequence[Agreement]) -> tuple[Verdict, str]:
        """Return the verdict on the parts of one claim and the reason: the first that applies."""
        if beyond := [agreement for agreement in agreements if agreement.p is None and not agreement.within]:
            return Verdict.REFUTED, sentence(_shifts(beyond, agreements), "")
        if unlikely := _unlikely(agreements):
            return Verdict.BORDERLINE, sentence(_shifts(unlikely, agreements), "")
        if outcomes := _outcome_problems(rerun):
            return Verdict.BORDERLINE, sentence(outcomes, "")
        asks_all = not rerun.loss_only and not rerun.student_only
        if asks_all and (intervals := list(interval_problems(rerun, agreements))):
            by_chance = rerun.tolerance in BY_CHANCE
            return Verdict.BORDERLINE if by_chance else Verdict.REFUTED, sentence(intervals, "")
        if rerun.student_only:
            return Verdict.NOT_VERIFIABLE, "the student's number agrees, and for the others the teacher is needed"
        return self._confirmed(rerun.claim, f"within the tolerance of its class, {rerun.tolerance}")

    def _confirmed(self, claim: Claim, reason: str) -> tuple[Verdict, str]:
        """Return the verdict on a claim whose numbers agree: its outcome stays open where its profile is missing."""
        unknown = unknown_outcome(self.context, claim)
        return (Verdict.NOT_VERIFIABLE, unknown) if unknown else (Verdict.CONFIRMED, reason)

    def _outcome(self, rerun: Rerun) -> str | None:
        return None if self.context.profile is None else rerun.again.outcome


def _measurement_of(claim: Claim, run: RecordedRun, profile: Profile) -> Measured | None:
    from dls.measuring.measure import measured_metrics  # start-up: loads numpy

    metrics = frozenset({claim.metric})
    return next(iter(measured_metrics(run.probe, run.items, run.records, profile.targets, metrics)), None)


def values_of(entry: Claim | Measured) -> dict[str, Any]:
    """Return the values of a claim or of a measured metric, by part."""
    parts = {part: getattr(entry, part) for part in ("teacher", "student", "pair", "loss")}
    return {part: reading.value for part, reading in parts.items() if reading is not None}


def _items_problem(claim: Claim, evidence: RecordedRun) -> str | None:
    first, second = claim.items, evidence.manifest.items
    if first is not None and first.sha256 is not None and first.sha256 != second.sha256:
        return f"seed {first.seed} makes items with digest {second.sha256}, the claim says {first.sha256}"
    return None


def _claim_again(context: RuleContext, claim: Claim, measurement: Measured, evidence: RecordedRun) -> Claim:
    """Return the claim that the second run's numbers make, under the seed rules of the claim itself.

    Without a profile the numbers have no outcome, so the claim itself is returned.
    """
    manifest = evidence.manifest
    if context.profile is None:
        return claim
    if claim.items is not None:
        items = msgspec.structs.replace(manifest.items, seed=claim.items.seed, phrasings_sha256=None)
        manifest = msgspec.structs.replace(manifest, items=items)
    return claim_of(manifest, measurement, context.profile, "again")


def _unlikely(agreements: Sequence[Agreement]) -> list[Agreement]:
    """Return the parts with the smallest p-value where all parts together lie below the borderline."""
    p = combined_p(agreements)
    if p is None or p >= BORDERLINE:
        return []
    smallest = min(agreement.p for agreement in agreements if agreement.p is not None)
    return [agreement for agreement in agreements if agreement.p == smallest]


def _shifts(problems: Sequence[Agreement], agreements: Sequence[Agreement]) -> list[str]:
    comparisons = sum(agreement.p is not None for agreement in agreements)
    return [
        f"{agreement.part} differs by {agreement.difference:.4g}, "
        f"and an honest run may differ by {agreement.smallest_forgery(comparisons):.4g}"
        for agreement in problems
    ]


def _outcome_problems(rerun: Rerun) -> list[str]:
    """Return the outcomes that the second run turns; a student measured alone turns none."""
    if not rerun.again.outcome or (rerun.measurement.teacher is None and rerun.measurement.pair is None):
        return []
    return list(outcome_differences(rerun.claim, rerun.again))
