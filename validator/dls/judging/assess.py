"""What a statement supports: the required targets that it meets, and the assurance that its evidence can carry.

The law: deleting a loss, an absence, evidence or an extension never makes a statement look better. So a target is met
only by a claim that is there, declares it, and derives it; and what is missing counts as the lowest assurance.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from dls.document.node import Node
from dls.document.reader import Document
from dls.judging.context import RuleContext
from dls.judging.judgement import judge_target
from dls.model import Assurance, Claim, Evidence, ProfileTarget, Report, Statement
from dls.model.parties import same_party
from dls.scenarios.profile import Profile

LEVELS: tuple[Assurance, ...] = ("declared", "consistent", "recomputed", "reproduced", "independently_reproduced")


class Assessment(NamedTuple):
    """The profile's targets, met and unmet, and the highest assurance that the statement's evidence can carry."""

    met_targets: tuple[ProfileTarget, ...]
    unmet_targets: tuple[ProfileTarget, ...]
    assurance: Assurance


def assess_statement(
    statement: Statement, profile: Profile, confirmed: Mapping[int, frozenset[str]] = MappingProxyType({})
) -> Assessment:
    """Return what a statement supports, from its printed numbers alone; no evidence is opened.

    A third party's statement meets no target, whatever it says.

    Args:
        statement: what is judged.
        profile: by what.
        confirmed: the ids of the claims that a report confirms, by its place among the listed ones; of a report that is
            not at hand nothing is known, and what the statement says of it is only claimed.
    """
    context = _printed_alone(statement, profile)
    met = tuple(target for target in profile.targets if _is_met(context, target))
    unmet = tuple(target for target in profile.targets if target not in met)
    levels = [_level(context, target, confirmed) for target in profile.targets]
    return Assessment(met, unmet, LEVELS[min(levels, default=0)])


@lru_cache(maxsize=1)  # a rule asks for it, and then whoever prints the result
def assessment_of(context: RuleContext) -> Assessment | None:
    """Return what a statement supports by its own profile and the reports at hand; None where the profile cannot be had."""
    if context.profile is None:
        return None
    return assess_statement(
        context.statement, context.profile, {i: _confirmed(report) for i, report in context.reports()}
    )


def _confirmed(report: Report) -> frozenset[str]:
    return frozenset(entry.id for entry in report.claims if entry.verdict == "confirmed")


def is_independently_reproduced(statement: Statement, profile: Profile, confirmed: frozenset[str]) -> bool:
    """Whether every target of a profile has a claim whose records can be had and which is among the confirmed ones.

    Args:
        statement: what is judged.
        profile: by what; one without targets establishes nothing.
        confirmed: the ids of the claims that signed reports of other parties, under keys that the reader trusts, confirm.
    """
    context = _printed_alone(statement, profile)
    return bool(profile.targets) and all(_is_confirmed(context, target, confirmed) for target in profile.targets)


def _printed_alone(statement: Statement, profile: Profile) -> RuleContext:
    return RuleContext(Document("", None, Node(1, 1, None, None)), statement, Path(), profile=profile, bundles=())


def _designated(context: RuleContext, target: ProfileTarget) -> Iterator[Claim]:
    """Yield the claims that a target is about: against the teacher, on the probe's own items, no part of them."""
    return (
        claim for claim in context.statement.claims if claim.on is None and target in context.profile_targets(claim)
    )


def _is_met(context: RuleContext, target: ProfileTarget) -> bool:
    """Whether a claim declares the target preserved and its numbers derive it."""
    return context.statement.issuer.role == "publisher" and any(
        _meets(context, claim, target) for claim in _designated(context, target)
    )


def _meets(context: RuleContext, claim: Claim, target: ProfileTarget) -> bool:
    metric = context.metrics.get(claim.metric)
    if metric is None or claim.outcome not in ("preserved", "inconclusive", "lost"):
        return False
    return any(
        own.outcome == "preserved"
        and context.planned(claim, own) == target
        and judge_target(claim, own, context.conditions(claim, metric), target.n).outcome == "preserved"
        for own in claim.targets
    )


def _is_confirmed(context: RuleContext, target: ProfileTarget, confirmed: frozenset[str]) -> bool:
    """Whether a confirmed claim is about a target and has records."""
    return any(
        claim.id in confirmed and _records_level(context, claim) == LEVELS.index("recomputed")
        for claim in _designated(context, target)
    )


def _level(context: RuleContext, target: ProfileTarget, confirmed: Mapping[int, frozenset[str]]) -> int:
    """Return the index of the highest assurance that the evidence for a target can carry."""
    return max((_claim_level(context, claim, confirmed) for claim in _designated(context, target)), default=0)


def _claim_level(context: RuleContext, claim: Claim, confirmed: Mapping[int, frozenset[str]]) -> int:
    records = _records_level(context, claim)
    if records != LEVELS.index("recomputed"):
        return records
    issuer = context.statement.issuer.name
    reproduced = (
        _reproduction_level(listed.by, issuer)
        for i, listed in enumerate(context.statement.reproductions)
        if i not in confirmed or claim.id in confirmed[i]
    )
    return max(records, max(reproduced, default=0))


def _records_level(context: RuleContext, claim: Claim) -> int:
    return min((_evidence_level(context.evidence.get(name)) for name in claim.evidence), default=0)


def _evidence_level(evidence: Evidence | None) -> int:
    if evidence is None or evidence.kind == "claimed":
        return LEVELS.index("declared")
    if evidence.kind == "transcribed" or evidence.availability == "withheld":
        return LEVELS.index("consistent")
    return LEVELS.index("recomputed")


def _reproduction_level(by: str, issuer: str) -> int:
    return LEVELS.index("reproduced" if same_party(by, issuer) else "independently_reproduced")


def lowest(levels: Iterable[Assurance]) -> Assurance:
    """Return the lowest of some levels, `declared` where there is none."""
    return min(levels, key=LEVELS.index, default="declared")
