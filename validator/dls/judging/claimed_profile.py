"""The profile of a statement or, where it is not available, one from the targets of its claims."""

from pathlib import Path

from dls.judging.context import RuleContext
from dls.model import PROFILE_MEMBERS, Claim, ProfileFile, ProfileTarget, Statement, Target
from dls.scenarios.profile import Profile
from dls.standard.numbers import VERSION


def profile_of(context: RuleContext) -> Profile:
    """Return the statement's profile, or one with the targets of its claims, which proves no outcome."""
    return context.profile or _profile_of_claims(context.statement)


def is_required(context: RuleContext, claim: Claim) -> bool:
    """Whether a target of the profile is about a claim, whatever targets it prints; True without the profile."""
    return context.profile is None or bool(context.required_targets(claim))


def unknown_outcome(context: RuleContext, claim: Claim) -> str | None:
    """Return why the outcome of a claim whose numbers agree stays unknown; None where its profile is available."""
    if context.profile is not None or not claim.targets:
        return None
    return f"its numbers agree, and its outcome cannot be judged without the profile: {context.profile_problem}"


def _profile_of_claims(statement: Statement) -> Profile:
    scenario = statement.scenario
    targets = tuple(_target(claim, target) for claim in statement.claims for target in claim.targets)
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
    )
    members = {name: getattr(file, name) for name in Profile._fields if hasattr(file, name)}
    path = Path(scenario.path or "")
    return Profile(**members, sha256=scenario.sha256, file=file, parent=None, path=path, builtin=False)


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
