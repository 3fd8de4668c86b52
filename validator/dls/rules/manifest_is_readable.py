"""DLS305: manifest is readable."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS305", spec="evidence")
def manifest_is_readable(context: RuleContext) -> Iterator[Violation]:
    """Regenerated evidence that is at hand is a manifest that follows its schema.

    ## Why

    From the manifest every number can be computed again without a model.
    """
    for bundle in context.bundles:
        if bundle.problem is not None and (bundle.evidence.kind == "regenerated" or bundle.is_in_excess):
            yield Violation(
                f"/evidence/{bundle.entry}/path",
                f"evidence '{bundle.evidence.id}' is not an evidence manifest: {bundle.problem}",
            )
