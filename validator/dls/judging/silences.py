"""The targets and dimensions that a statement says nothing of, neither by a claim nor by an absence."""

from collections.abc import Iterator

from dls.judging.claim_targets import probe_targets, shows_dimension
from dls.judging.context import RuleContext
from dls.model import Claim, ProfileTarget
from dls.standard.registry import DIMENSIONS


def speaks_of(context: RuleContext, claim: Claim, target: ProfileTarget) -> bool:
    """Whether a claim speaks of a target: it stands for it, or is a third party's on a part of the probe's items."""
    if target in context.required_targets(claim):
        return True
    is_part = context.statement.issuer.role == "third_party" and claim.comparator == "teacher" and claim.ratio is None
    return is_part and context.profile is not None and target in probe_targets(context.profile, claim)


def silent_targets(context: RuleContext) -> Iterator[ProfileTarget]:
    """Yield the profile's targets without claim and absence; none without the profile."""
    statement = context.statement
    for target in context.profile.targets if context.profile else ():
        has_claim = any(speaks_of(context, claim, target) for claim in statement.claims)
        has_absence = any(a.covers(target.dimension, target.metric, target.probe) for a in statement.absences)
        if not has_claim and not has_absence:
            yield target


def silent_dimensions(context: RuleContext) -> Iterator[str]:
    """Yield those of the eight dimensions without a claim that shows something of them, and without an absence."""
    statement = context.statement
    dimensions = {claim.dimension for claim in statement.claims if shows_dimension(claim)}
    dimensions |= {absence.dimension for absence in statement.absences}
    return (dimension for dimension in DIMENSIONS if dimension not in dimensions)
