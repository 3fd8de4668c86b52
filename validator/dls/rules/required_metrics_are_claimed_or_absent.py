"""DLS507: required metrics are claimed or absent."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Statement
from dls.rules._rule import rule


def _can_stand_for_a_target(claim: Claim, statement: Statement) -> bool:
    """Whether a claim can stand for a target: a publisher's is about all of the probe's items, not a part."""
    return claim.on is None or statement.issuer.role == "third_party"


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
        has_claim = any(
            target in context.profile_targets(claim) and _can_stand_for_a_target(claim, statement)
            for claim in statement.claims
        )
        has_absence = any(a.covers(target.dimension, target.metric, target.probe) for a in statement.absences)
        if not has_claim and not has_absence:
            probe = f" by {target.probe}" if target.probe else ""
            metric = f"'{target.metric}'{probe} ({target.dimension})"
            yield Violation(
                "/claims",
                f"profile '{context.profile.id}' has a target for {metric}; claim it, or state its absence",
            )
