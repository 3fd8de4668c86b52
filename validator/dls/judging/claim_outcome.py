"""The claim of a manifest's metric under a profile, with outcomes that follow from the printed numbers."""

from collections.abc import Sequence

import msgspec

from dls.judging.conditions import (
    Conditions,
    conditions_of,
    has_chosen_items,
    is_of_whole_split,
    is_pinned,
    pair_keys,
    planned_n,
)
from dls.judging.judgement import judge_target, marks
from dls.judging.outcome import worst_outcome
from dls.judging.seed import derived_seed
from dls.logs.log_probe import score_metric
from dls.model import PROFILE_MEMBERS, Claim, Items, Log, Manifest, Measured, ProfileTarget, Target
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import Profile
from dls.standard.numbers import ARMS
from dls.standard.registry import Metric, metric


def claim_of(manifest: Manifest, measured: Measured, profile: Profile, evidence: str) -> Claim:
    """Return the claim of a manifest's metric under a profile, with outcomes that follow from the printed numbers."""
    log = manifest.log
    entry = metric(measured.metric) if log is None else score_metric(log, measured.metric)
    items = manifest.items
    probe = manifest.probe if log is None else None
    dimension = entry.dimension_on(manifest.probe.id)
    on = log.on if log else None
    targets = profile.targets_of(entry.id, probe.id if probe else None, on)
    claim = Claim(
        id=f"{dimension}-{entry.id}".replace("_", "-").replace(":", "."),
        dimension=dimension,  # type: ignore[arg-type]
        metric=entry.id,
        probe=probe,
        on=on,
        note=_note(log),
        items=Items(
            n=items.n,
            of=log.of if log else None,
            seed=items.seed,
            seed_reason=items.seed_reason,
            sha256=items.sha256,
            data=items.file.sha256 if items.file else None,
            excluded=items.excluded,
        ),
        comparator="teacher",
        teacher=measured.teacher,
        student=measured.student,
        pair=measured.pair,
        loss=measured.loss,
        retention=measured.retention,
        flips=measured.flips,
        targets=tuple(map(plain_target, targets)),
        outcome="reported",
        evidence=(evidence,),
    )
    return judge_claim(claim, targets, _conditions(manifest, entry, claim, profile))


def _note(log: Log | None) -> str | None:
    """Return what a reader of a claim from a log has to know beside its numbers."""
    return " ".join(log.notes)[:4000] or None if log else None


def _conditions(manifest: Manifest, entry: Metric, claim: Claim, profile: Profile) -> Conditions:
    if manifest.log is not None:
        conditions = conditions_of(
            entry,
            (manifest,),
            regenerated=True,
            derived_seed=True,
            planned_n=planned_n(profile, claim),
            pinned_student=True,
        )
        return conditions._replace(whole_split=is_of_whole_split(claim, (manifest,)))
    items, arms = manifest.items, manifest.arms
    keys = pair_keys(arms["teacher"], arms["student"]) if set(ARMS) <= set(arms) else None
    name = find_probe(manifest.probe.id, manifest.probe.version).name
    has_seed = keys is not None and items.seed == derived_seed(manifest.profile.sha256, keys, name, items.n)
    return conditions_of(
        entry,
        (manifest,),
        regenerated=True,
        derived_seed=has_seed and not has_chosen_items(claim, (manifest,), profile),
        planned_n=planned_n(profile, claim),
        pinned_student=is_pinned(arms["student"]),
    )


def judge_claim(claim: Claim, plan: Sequence[ProfileTarget], conditions: Conditions) -> Claim:
    """Return a claim with the outcomes of its targets, its own outcome, its marks and its reason, as they follow.

    Args:
        claim: the claim.
        plan: the profile's targets, in the order of the claim's.
        conditions: the conditions of the claim.
    """
    pairs = list(zip(claim.targets, plan, strict=True))
    judgements = [judge_target(claim, target, conditions, planned.n) for target, planned in pairs]
    targets = tuple(
        msgspec.structs.replace(target, outcome=judgement.outcome)
        for target, judgement in zip(claim.targets, judgements, strict=True)
    )
    outcome = worst_outcome(judgement.outcome for judgement in judgements)
    reasons = [reason for judgement in judgements for reason in judgement.reasons]
    claim = msgspec.structs.replace(claim, targets=targets, outcome=outcome, reason=reasons[0] if reasons else None)
    return msgspec.structs.replace(claim, marks=marks(claim))


def plain_target(target: ProfileTarget) -> Target:
    """Return a claim's target with the members of the profile's, not yet judged."""
    return Target(outcome="inconclusive", **{name: getattr(target, name) for name in PROFILE_MEMBERS})
