"""DLS507: required metrics are claimed or absent."""

from collections.abc import Iterator

from dls.finding import Breach
from dls.judging.context import Case
from dls.model import Claim, Statement
from dls.rules._rule import rule


def _counts(claim: Claim, statement: Statement) -> bool:
    """Whether a claim can stand for a target: a publisher's is about all of the probe's items, not about a part chosen."""
    return claim.on is None or statement.issuer.role == "third_party"


@rule("DLS507", spec="absences")
def required_metrics_are_claimed_or_absent(case: Case) -> Iterator[Breach]:
    """Every metric that the profile has a target for is claimed against the teacher, or its absence is stated.

    ## Why

    A statement that keeps quiet about what it had to show reads like one that showed it. A publisher's claim on a data set or a part of one
    does not stand for the probe's own items: who may choose the part chooses the easy one.
    """
    if case.profile is None:
        return
    statement = case.statement
    for target in case.profile.targets:
        claimed = any(target in case.wanted(claim) and _counts(claim, statement) for claim in statement.claims)
        absent = any(a.covers(target.dimension, target.metric, target.probe) for a in statement.absences)
        if not claimed and not absent:
            probe = f" by {target.probe}" if target.probe else ""
            yield Breach(
                "/claims",
                f"profile '{case.profile.id}' has a target for '{target.metric}'{probe} ({target.dimension}); claim it, or state its absence",
            )
