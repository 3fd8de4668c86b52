"""The profile of a statement or, where it cannot be had, what its claims tell of it."""

from pathlib import Path

from dls.judging.context import RuleContext
from dls.model import PROFILE_MEMBERS, Claim, ProfileFile, ProfileTarget, Statement, Target
from dls.scenarios.profile import Profile
from dls.standard.numbers import VERSION


def profile_of(context: RuleContext) -> Profile:
    """Return the statement's profile; where it cannot be had one with the targets of the claims, which proves no outcome."""
    return context.profile or _claimed(context.statement)


def is_required(context: RuleContext, claim: Claim) -> bool:
    """Tell whether a claim carries a target of a required dimension; nobody can deny it where the profile cannot be had."""
    if context.profile is None:
        return True
    return bool(claim.targets) and claim.dimension in context.profile.required


def unknown_outcome(context: RuleContext, claim: Claim) -> str | None:
    """Return why nobody can tell the outcome of a claim whose numbers agree; None where its profile is there."""
    if context.profile is not None or not claim.targets:
        return None
    return f"its numbers agree, and its outcome cannot be judged without the profile: {context.profile_problem}"


def _claimed(statement: Statement) -> Profile:
    said, claims = statement.scenario, statement.claims
    targets = tuple(_target(claim, target) for claim in claims for target in claim.targets)
    written = ProfileFile(
        dls_scenario=VERSION,
        id=said.profile,
        version=said.version,
        title=said.profile,
        rationale="",
        population="",
        required=(),
        not_required=(),
        targets=targets,
    )
    shared = {name: getattr(written, name) for name in Profile._fields if hasattr(written, name)}
    return Profile(
        **shared, sha256=said.sha256, written=written, parent=None, path=Path(said.path or ""), builtin=False
    )


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
