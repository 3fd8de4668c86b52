"""DLS413: twin is claimed."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.rules._rule import rule
from dls.standard.numbers import ARMS


def _is_claimed(context: RuleContext, twin: str, claim: Claim) -> bool:
    """Whether the twin is claimed: by the claim's own probe, or by any where that one does not measure the twin."""
    twins = (other for other in context.statement.claims if other.metric == twin and other.comparator == "teacher")
    probes = {other.probe for other in twins if other.on == claim.on}
    return claim.probe in probes or (bool(probes) and not _measures(claim, twin))


def _measures(claim: Claim, metric: str) -> bool:
    """Whether the probe of a claim is one of the reference probes that measure a metric."""
    from dls.probes.catalogue import probes_measuring  # which loads every probe: only where the twin is another probe's

    return claim.probe is not None and claim.probe.id in probes_measuring(metric)


def _is_checked(context: RuleContext, claim: Claim) -> bool:
    """Whether a manifest of the claim is at hand and tells of a validity check of each model."""
    return any(
        set(ARMS) <= {check.arm for check in bundle.manifest.checks}
        for bundle in context.claim_bundles(claim)
        if bundle.manifest
    )


@rule("DLS413", spec="metrics")
def twin_is_claimed(context: RuleContext) -> Iterator[Violation]:
    """What a metric with a twin says was preserved stands beside a claim on the twin, or beside the probe's checks.

    ## Why

    A mute model leaks no secret, and one that always gives the same answer is moved by no edit. The registry names for such a metric the capability
    that both models have to show; where the claim's own probe measures it, on the same items. Who may leave that out of the statement leaves it
    out where the student is mute.
    """
    for pointer, claim, metric in context.claims():
        twin = metric.twin
        if twin is None or all(target.outcome != "preserved" for target in claim.targets):
            continue
        if not _is_claimed(context, twin, claim) and not _is_checked(context, claim):
            yield Violation(
                pointer,
                f"claim '{claim.id}' says preserved of '{metric.id}', which means nothing without '{twin}'; claim that too",
            )
