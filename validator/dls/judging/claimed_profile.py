"""The profile of a statement or, where it is not available, one from the targets of its claims."""

from pathlib import Path

from dls.judging.context import RuleContext
from dls.model import PROFILE_MEMBERS, Claim, ProfileFile, ProfileTarget, Target
from dls.scenarios.profile import Profile
from dls.standard.numbers import ANSWER_LIMIT, MOST_NEW_TOKENS, VERSION
from dls.standard.registry import load_registry


def profile_of(context: RuleContext) -> Profile:
    """Return the statement's profile, or one with the targets of its claims, which proves no outcome."""
    return context.profile or _profile_of_claims(context)


def is_required(context: RuleContext, claim: Claim) -> bool:
    """Whether a target of the profile is about a claim, whatever targets it prints; True without the profile."""
    return context.profile is None or bool(context.required_targets(claim))


def unknown_outcome(context: RuleContext, claim: Claim) -> str | None:
    """Return why the outcome of a claim whose numbers agree stays unknown; None where its profile is available."""
    if context.profile is not None or not claim.targets:
        return None
    return f"its numbers agree, and its outcome cannot be judged without the profile: {context.profile_problem}"


def _profile_of_claims(context: RuleContext) -> Profile:
    scenario, claims = context.statement.scenario, context.statement.claims
    targets = tuple(_target(claim, target) for claim in claims for target in claim.targets)
    file = ProfileFile(
        dls_scenario=VERSION,
        id=scenario.profile,
        version=scenario.version,
        title=scenario.profile,
        rationale="",
        population="",
        required=(),
        not_required=(),
        targets=targets,
        max_new_tokens=_recorded_limit(context),
    )
    members = {name: getattr(file, name) for name in Profile._fields if hasattr(file, name)}
    path = Path(scenario.path or "")
    return Profile(**members, sha256=scenario.sha256, file=file, parent=None, path=path, builtin=False)


def _recorded_limit(context: RuleContext) -> int:
    """Return the highest limit on new tokens in the settings of the evidence; the registry's where they have none."""
    manifests = (bundle.manifest for bundle in context.bundles if bundle.manifest)
    settings = (arm for manifest in manifests for arm in manifest.settings.values() if isinstance(arm, dict))
    limits = (arm.get(ANSWER_LIMIT) for arm in settings)
    least = load_registry().max_new_tokens
    return max((limit for limit in limits if type(limit) is int and least < limit <= MOST_NEW_TOKENS), default=least)


def _target(claim: Claim, target: Target) -> ProfileTarget:
    return ProfileTarget(
        metric=claim.metric,
        dimension=claim.dimension,
        probe=claim.probe.id if claim.probe else None,
        n=claim.items.n if claim.items else 1,
        smallest_detectable_loss=0.0,
        assumes={},
        rationale="",
        **{name: getattr(target, name) for name in PROFILE_MEMBERS},
    )
