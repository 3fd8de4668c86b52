"""DLS507: required metrics are claimed or absent."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.claim_targets import probe_targets
from dls.judging.context import RuleContext
from dls.model import Claim, ProfileTarget
from dls.rules._rule import rule


def _speaks_of(context: RuleContext, claim: Claim, target: ProfileTarget) -> bool:
    """Whether a claim speaks of a target: it stands for it, or is a third party's on a part of the probe's items."""
    if target in context.required_targets(claim):
        return True
    is_part = context.statement.issuer.role == "third_party" and claim.comparator == "teacher" and claim.ratio is None
    return is_part and context.profile is not None and target in probe_targets(context.profile, claim)


@rule("DLS507", spec="absences")
def required_metrics_are_claimed_or_absent(context: RuleContext) -> Iterator[Violation]:
    """Every metric that the profile has a target for is claimed against the teacher, or its absence is stated.

    ## Why

    A statement that omits a required metric reads like one that shows it. A publisher's claim on a data set, or on a
    part of one, does not stand for the probe's own items. A publisher who may choose the part chooses the easy one.
    """
    if context.profile is None:
        return
    statement = context.statement
    for target in context.profile.targets:
        has_claim = any(_speaks_of(context, claim, target) for claim in statement.claims)
        has_absence = any(a.covers(target.dimension, target.metric, target.probe) for a in statement.absences)
        if not has_claim and not has_absence:
            probe = f" by {target.probe}" if target.probe else ""
            metric = f"'{target.metric}'{probe} ({target.dimension})"
            member = f", with 'probe: {target.probe}'" if target.probe else ""
            yield Violation(
                "/claims",
                f"profile '{context.profile.id}' has a target for {metric}; claim it, or state its absence{member}",
            )
