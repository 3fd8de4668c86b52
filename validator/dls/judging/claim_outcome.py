"""The claim that a manifest's metric makes under a profile, its outcomes derived from the printed numbers."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dls.judging.conditions import Conditions, conditions_of
from dls.judging.judgement import judge_target, marks
from dls.judging.outcome import worst_outcome
from dls.judging.seed import derived_seed
from dls.model import PROFILE_MEMBERS, Claim, Items, Manifest, Measured, ProfileTarget, Target
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import Profile
from dls.standard.registry import Metric, metric

_READING_ORDER = (
    *("id", "dimension", "metric", "probe", "on", "items", "comparator"),
    *("teacher", "reference", "student", "pair", "loss", "retention", "flips"),
    *("targets", "outcome", "marks", "reason", "evidence"),
)


def claim_of(manifest: Manifest, measured: Measured, profile: Profile, evidence: str) -> Claim:
    """Return the claim that a manifest's metric makes under a profile, its outcomes derived from the printed numbers."""
    entry = metric(measured.metric)
    items = manifest.items
    wanted = profile.targets_of(entry.id, manifest.probe.id)
    claim = Claim(
        id=f"{entry.dimension}-{entry.id}".replace("_", "-"),
        dimension=entry.dimension,  # type: ignore[arg-type]
        metric=entry.id,
        probe=manifest.probe,
        items=Items(n=items.n, seed=items.seed, seed_reason=items.seed_reason, sha256=items.sha256),
        comparator="teacher",
        teacher=measured.teacher,
        student=measured.student,
        pair=measured.pair,
        loss=measured.loss,
        retention=measured.retention,
        flips=measured.flips,
        targets=tuple(_target(target, "inconclusive") for target in wanted),
        outcome="reported",
        evidence=(evidence,),
    )
    return judge_claim(claim, wanted, _circumstances(manifest, entry))


def _circumstances(manifest: Manifest, entry: Metric) -> Conditions:
    items, known = manifest.items, find_probe(manifest.probe.id, manifest.probe.version)
    digest = manifest.arms["student"].weights_sha256
    seed = None if digest is None else derived_seed(manifest.profile.sha256, digest, known.name)
    return conditions_of(entry, (manifest,), regenerated=True, derived_seed=seed is not None and items.seed == seed)


def judge_claim(claim: Claim, wanted: Sequence[ProfileTarget], about: Conditions) -> Claim:
    """Return a claim with the outcomes of its targets, its own outcome, its marks and its reason derived."""
    found = [judge_target(claim, target, about, plan.n) for target, plan in zip(claim.targets, wanted, strict=True)]
    targets = tuple(
        msgspec.structs.replace(target, outcome=one.outcome) for target, one in zip(claim.targets, found, strict=True)
    )
    outcome = worst_outcome(tuple(one.outcome for one in found))
    reasons = [reason for one in found for reason in one.reasons]
    claim = msgspec.structs.replace(claim, targets=targets, outcome=outcome, reason=reasons[0] if reasons else None)
    return msgspec.structs.replace(claim, marks=marks(claim))


def _target(wanted: ProfileTarget, outcome: str) -> Target:
    return Target(outcome=outcome, **{name: getattr(wanted, name) for name in PROFILE_MEMBERS})  # type: ignore[arg-type]


def claim_members(claim: Claim) -> dict[str, Any]:
    """Return a claim as JSON values, its members in the order in which people read them."""
    members: dict[str, Any] = msgspec.to_builtins(claim)
    known = {name: members.pop(name) for name in _READING_ORDER if name in members}
    return known | members
