"""DLS308: measured metrics are claimed."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS308", spec="evidence")
def measured_metrics_are_claimed(context: RuleContext) -> Iterator[Violation]:
    """Every metric that a manifest measured, and that can be better or worse, is claimed.

    ## Why

    A probe measures several metrics at once. A publisher who may pick among them reports the ones that came out well.
    """
    claims = {(name, claim.metric) for claim in context.statement.claims for name in claim.evidence}
    for bundle in context.bundles:
        for entry in bundle.manifest.metrics if bundle.manifest else ():
            metric = context.metrics.get(entry.metric)
            has_direction = metric is None or metric.direction in ("higher", "lower") or metric.target is not None
            if has_direction and (bundle.evidence.id, entry.metric) not in claims:
                yield Violation(
                    f"/evidence/{bundle.entry}",
                    f"evidence '{bundle.evidence.id}' measured '{entry.metric}', which is not claimed; add the claim",
                )
