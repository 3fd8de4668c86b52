"""DLS413: twin is claimed."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.probes.catalogue import find_probe, is_in_release
from dls.rules._rule import rule
from dls.standard.numbers import ARMS


def _is_claimed(context: RuleContext, twin: str, claim: Claim) -> bool:
    """Whether the twin is claimed: by the claim's own probe, or by any probe if that one does not measure the twin."""
    claims = (entry for entry in context.statement.claims if entry.metric == twin and entry.comparator == "teacher")
    probes = {entry.probe for entry in claims if entry.on == claim.on}
    return claim.probe in probes or (bool(probes) and not _measures(claim, twin))


def _measures(claim: Claim, metric: str) -> bool:
    """Whether the probe of a claim is one of the reference probes that measure a metric."""
    name = claim.probe.id if claim.probe else ""
    return is_in_release(name) and metric in find_probe(name).metrics


def _is_checked(context: RuleContext, claim: Claim) -> bool:
    """Whether a manifest of the claim is at hand and lists a validity check of each model."""
    return any(
        set(ARMS) <= {check.arm for check in bundle.manifest.checks}
        for bundle in context.claim_bundles(claim)
        if bundle.manifest
    )


@rule("DLS413", spec="metrics")
def twin_is_claimed(context: RuleContext) -> Iterator[Violation]:
    """A preserved metric that has a twin stands beside a claim on the twin, or beside the probe's checks.

    ## Why

    A mute model leaks no secret, and no edit moves a model that always gives the same answer. For such a metric the
    registry names a twin: the capability that both models have to show. If the claim's own probe measures the twin, the
    claim on the twin is about the same items. A publisher who may leave the twin out does so if the student is mute.
    """
    for pointer, claim, metric in context.claims:
        twin = metric.twin
        if twin is None or all(target.outcome != "preserved" for target in claim.targets):
            continue
        if not _is_claimed(context, twin, claim) and not _is_checked(context, claim):
            problem = f"claim '{claim.id}' says preserved of '{metric.id}', which means nothing without '{twin}'"
            yield Violation(pointer, f"{problem}; claim that too")
