"""DLS413: twin is claimed."""

from collections.abc import Iterator

from dls.case import Case
from dls.finding import Breach
from dls.model import Claim
from dls.rules.rule import rule


def _is_claimed(case: Case, twin: str, claim: Claim) -> bool:
    return any(
        other.metric == twin and other.on == claim.on and other.comparator == "teacher"
        for other in case.statement.claims
    )


def _is_checked(case: Case, claim: Claim) -> bool:
    """Whether a manifest of the claim is at hand and tells of a validity check of each model."""
    return any(
        {"teacher", "student"} <= {check.arm for check in bundle.manifest.checks}
        for bundle in case.claim_bundles(claim)
        if bundle.manifest
    )


@rule("DLS413", spec="metrics")
def twin_is_claimed(case: Case) -> Iterator[Breach]:
    """What a metric with a twin says was preserved stands beside a claim on the twin, or beside the probe's checks.

    ## Why

    A mute model leaks no secret, and one that always gives the same answer is moved by no edit. The registry names for such a metric the capability
    that both models have to show. Who may leave that out of the statement leaves it out where the student is mute.
    """
    for pointer, claim, metric in case.claims():
        twin = metric.twin
        if twin is None or all(target.outcome != "preserved" for target in claim.targets):
            continue
        if not _is_claimed(case, twin, claim) and not _is_checked(case, claim):
            yield Breach(
                pointer,
                f"claim '{claim.id}' says preserved of '{metric.id}', which means nothing without '{twin}'; claim that too",
            )
