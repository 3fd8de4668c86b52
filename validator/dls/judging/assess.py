"""Assess a statement: the targets of its profile that it meets, and the assurance that its evidence supports.

The law: deleting a loss, an absence, evidence or an extension never makes a statement look better. So only a present
claim meets a target, if it declares the target preserved and its numbers derive that; and missing evidence counts as
the lowest assurance.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from dls.document.node import Node
from dls.document.reader import Document
from dls.identity.key import model_key
from dls.judging.claim_targets import required_targets
from dls.judging.conditions import is_pinned
from dls.judging.context import RuleContext
from dls.judging.judgement import judge_target
from dls.judging.losses import losses_of
from dls.judging.replication import replicated_claims
from dls.model import Assurance, Claim, Evidence, Model, ProfileTarget, ReproductionReport, Statement
from dls.model.parties import same_party
from dls.scenarios.profile import Profile

LEVELS: tuple[Assurance, ...] = ("declared", "consistent", "recomputed", "reproduced", "independently_reproduced")


class ReportedClaims(msgspec.Struct, frozen=True):
    """The ids of the claims that a report confirms, and of those that stand on fresh items of a signed draw too."""

    confirmed: frozenset[str]
    replicated: frozenset[str]

    def joined(self, further: "ReportedClaims") -> "ReportedClaims":
        """Return the claims that one of two reports confirms, and those that one replicates."""
        return ReportedClaims(self.confirmed | further.confirmed, self.replicated | further.replicated)


NO_CLAIMS = ReportedClaims(frozenset(), frozenset())


class Assessment(NamedTuple):
    """The profile's targets, met and unmet, and the highest assurance that the statement's evidence supports.

    ``losses`` are named by `dls.judging.losses`; without the evidence they are unknown, and none are named.
    """

    met_targets: tuple[ProfileTarget, ...]
    unmet_targets: tuple[ProfileTarget, ...]
    assurance: Assurance
    losses: tuple[str, ...] = ()


def assess_statement(
    statement: Statement, profile: Profile, reports: Mapping[int, ReportedClaims] = MappingProxyType({})
) -> Assessment:
    """Assess a statement by its printed numbers alone, without opening evidence.

    A third party's statement meets no target, nor does a withdrawn one.

    Args:
        statement: the statement.
        profile: the profile with the targets.
        reports: the claims of each report at hand, by the report's index in the statement's list. A report that is
            not at hand has no entry; its reproduction then counts as the statement claims it.
    """
    return _assessment_of_printed_numbers(_context_without_evidence(statement, profile), profile, reports)


def _assessment_of_printed_numbers(
    context: RuleContext, profile: Profile, reports: Mapping[int, ReportedClaims]
) -> Assessment:
    met = tuple(target for target in profile.targets if _is_met(context, target))
    unmet = tuple(target for target in profile.targets if target not in met)
    levels = [_level(context, target, reports) for target in profile.targets]
    return Assessment(met, unmet, LEVELS[min(levels, default=0)])


@lru_cache(maxsize=1)  # a rule uses it, and then the printed result
def assessment_of(context: RuleContext) -> Assessment | None:
    """Assess a statement by its own profile and the reports at hand; None without the profile."""
    if context.profile is None:
        return None
    reports = {i: reported_claims(report) for i, report in context.reports()}
    has_evidence = any(bundle.manifest for bundle in context.bundles)
    printed = _context_without_evidence(context.statement, context.profile) if has_evidence else context
    return _assessment_of_printed_numbers(printed, context.profile, reports)._replace(losses=losses_of(context))


def reported_claims(report: ReproductionReport) -> ReportedClaims:
    """Return the claims that a report confirms, and those that stand on the fresh items of its signed draw."""
    confirmations = frozenset(entry.id for entry in report.claims if entry.verdict == "confirmed")
    return ReportedClaims(confirmations, replicated_claims(report))


def is_independently_reproduced(statement: Statement, profile: Profile, reports: ReportedClaims) -> bool:
    """Whether each target of a profile has a claim with available records, confirmed and replicated.

    Args:
        statement: the statement.
        profile: the profile with the targets; one without targets establishes nothing.
        reports: the claims of signed reports of other parties, under keys that the reader trusts.
    """
    context = _context_without_evidence(statement, profile)
    return bool(profile.targets) and all(_is_replicated(context, target, reports) for target in profile.targets)


def _context_without_evidence(statement: Statement, profile: Profile) -> RuleContext:
    return RuleContext(Document("", None, Node(1, 1, None, None)), statement, Path(), profile=profile, bundles=())


def _designated(context: RuleContext, target: ProfileTarget) -> Iterator[Claim]:
    """Yield the claims of a target: against the teacher, on all of the probe's own items."""
    return (claim for claim, targets in context.required_claims if target in targets)


def _is_met(context: RuleContext, target: ProfileTarget) -> bool:
    """Whether a claim declares the target preserved and its numbers derive that."""
    statement = context.statement
    is_in_force = statement.issuer.role == "publisher" and statement.status is None
    return is_in_force and any(_meets(context, claim, target) for claim in _designated(context, target))


def _meets(context: RuleContext, claim: Claim, target: ProfileTarget) -> bool:
    metric = context.metrics.get(claim.metric)
    if metric is None or claim.outcome not in ("preserved", "inconclusive", "lost"):
        return False
    return any(
        entry.outcome == "preserved"
        and context.profile_target(claim, entry) == target
        and judge_target(claim, entry, context.conditions(claim, metric), target.n).outcome == "preserved"
        for entry in claim.targets
    )


def _is_replicated(context: RuleContext, target: ProfileTarget, reports: ReportedClaims) -> bool:
    """Whether a target has a claim with records that is confirmed on its own items, and stands on fresh ones."""
    is_own = context.profile is not None and context.profile.is_on_own_data(target)
    return not is_own and any(
        claim.id in reports.confirmed & reports.replicated
        and own_level(claim, context.evidence) == LEVELS.index("recomputed")
        for claim in _designated(context, target)
    )


def _level(context: RuleContext, target: ProfileTarget, reports: Mapping[int, ReportedClaims]) -> int:
    """Return the index of the highest assurance that the evidence for a target supports.

    On the issuer's own data no verifier draws rows that the issuer did not choose.
    """
    level = max((_claim_level(context, claim, reports) for claim in _designated(context, target)), default=0)
    is_own = context.profile is not None and context.profile.is_on_own_data(target)
    return min(level, LEVELS.index("reproduced")) if is_own else level


def _claim_level(context: RuleContext, claim: Claim, reports: Mapping[int, ReportedClaims]) -> int:
    records = own_level(claim, context.evidence)
    if records != LEVELS.index("recomputed") or claim.on is not None:  # no probe can ask a harness's items again
        return records
    if any(map(_is_known_by_key_alone, (context.statement.teacher, context.statement.student))):
        return records  # nobody can show that a server still has the model
    issuer = context.statement.issuer.name
    reproductions = (
        _reproduction_level(claim.id, entry.by, issuer, reports.get(i))
        for i, entry in enumerate(context.statement.reproductions)
    )
    return max(records, max(reproductions, default=0))


def _is_known_by_key_alone(model: Model) -> bool:
    """Whether a model has a declared key: a second run of it shows nothing."""
    return model.tensors_sha256 is None and not is_pinned(model) and model_key(model) is not None


def supported_assurance(claims: Sequence[Claim], evidence: Mapping[str, Evidence], profile: Profile) -> Assurance:
    """Return the highest assurance that evidence supports before any second run, by the targets of a profile.

    Args:
        claims: of a statement.
        evidence: by its id.
        profile: with the targets.
    """
    levels = [
        max((own_level(claim, evidence) for claim in claims if target in required_targets(profile, claim)), default=0)
        for target in profile.targets
    ]
    return LEVELS[min(levels, default=0)]


def own_level(claim: Claim, evidence: Mapping[str, Evidence]) -> int:
    """Return the index of the highest assurance that a claim's own evidence supports, before any reproduction."""
    return min((_evidence_level(evidence.get(name)) for name in claim.evidence), default=0)


def _evidence_level(evidence: Evidence | None) -> int:
    if evidence is None or evidence.kind == "claimed":
        return LEVELS.index("declared")
    if evidence.kind == "transcribed" or evidence.availability == "withheld":
        return LEVELS.index("consistent")
    return LEVELS.index("recomputed")


def _reproduction_level(claim: str, by: str, issuer: str, report: ReportedClaims | None) -> int:
    """Return the index of the level to which a second run raises a claim; the report is None where it is elsewhere."""
    if report is not None and claim not in report.confirmed:
        return 0
    is_replicated = report is None or claim in report.replicated
    is_independent = is_replicated and not same_party(by, issuer)
    return LEVELS.index("independently_reproduced" if is_independent else "reproduced")


def lowest(levels: Iterable[Assurance]) -> Assurance:
    """Return the lowest of some levels, `declared` where there is none."""
    return min(levels, key=LEVELS.index, default="declared")
