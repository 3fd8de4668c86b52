"""The targets of a profile that a claim is judged by, and those that it stands for: the one place that says so."""

from functools import lru_cache

from dls.model import Claim, On, ProfileTarget
from dls.scenarios.profile import Profile
from dls.standard.registry import load_registry

_MADE = frozenset({"regenerated", "measured"})  # the kinds of evidence that are not copied from anywhere


def judged_targets(profile: Profile, claim: Claim, kinds: frozenset[str]) -> tuple[ProfileTarget, ...]:
    """Return the targets that a claim is judged by: those of its metric and its probe.

    Published numbers rarely name a probe. They are judged by each target of their metric, whatever its probe, and never
    preserved. A ratio alone is judged by none.

    Args:
        profile: the profile with the targets.
        claim: the claim.
        kinds: the kinds of its evidence.
    """
    if claim.comparator != "teacher" or claim.ratio is not None:
        return ()
    return probe_targets(profile, claim) if kinds <= _MADE else _metric_targets(profile, claim.metric)


def required_targets(profile: Profile, claim: Claim) -> tuple[ProfileTarget, ...]:
    """Return the targets that a claim stands for, whatever targets it prints; a claim with any of them is required.

    Metric, and probe or data set, are the target's. The claim is about all of these items, against the teacher.
    """
    if claim.comparator != "teacher" or claim.ratio is not None:
        return ()
    return tuple(target for target in probe_targets(profile, claim) if target.on == claim.on)


def probe_targets(profile: Profile, claim: Claim) -> tuple[ProfileTarget, ...]:
    """Return the targets of a claim's metric that name its probe or none, and those on its data set."""
    return _probe_targets(profile, claim.metric, claim.probe.id if claim.probe else None, claim.on)


def is_of_other_items(profile: Profile, claim: Claim, kinds: frozenset[str]) -> bool:
    """Whether a target that a claim is judged by names a probe, and the numbers are not of that probe's items."""
    of_probe = probe_targets(profile, claim)
    return any(target not in of_probe for target in judged_targets(profile, claim, kinds))


def shows_dimension(claim: Claim) -> bool:
    """Whether a claim says something of its dimension: values beside the teacher's, in a metric that can be worse.

    No reader knows an own metric, so it never stands in the place of an absence.
    """
    entry = load_registry().metrics.get(claim.metric)
    can_be_worse = entry is not None and entry.direction != "neutral"
    return can_be_worse and claim.comparator == "teacher" and claim.ratio is None


@lru_cache(maxsize=256)  # each rule asks for the targets of a statement's claims
def _probe_targets(profile: Profile, metric: str, probe: str | None, on: On | None) -> tuple[ProfileTarget, ...]:
    return profile.targets_of(metric, probe, on)


@lru_cache(maxsize=256)
def _metric_targets(profile: Profile, metric: str) -> tuple[ProfileTarget, ...]:
    return tuple(target for target in profile.targets if target.metric == metric)
