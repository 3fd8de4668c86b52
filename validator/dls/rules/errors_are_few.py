"""DLS315: errors are few."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Arm, Manifest
from dls.rules._rule import rule
from dls.standard.numbers import MOST_ERRORS


def _asked_items(manifest: Manifest, arm: Arm) -> int:
    """Return the number of a model's records, since a unit may be several items such as twins; of a log, its items."""
    if manifest.log is not None:
        return manifest.items.n
    return next((file.count for file in manifest.records if file.arm == arm), manifest.items.n)


@rule("DLS315", spec="evidence")
def errors_are_few(context: RuleContext) -> Iterator[Violation]:
    """At most one item in a hundred ended in an error.

    ## Why

    An error counts against its model. A larger number of errors measures the program that ran the model. An item of a
    log without an answer is such an error.
    """
    for bundle in context.bundles:
        for arm, count in bundle.manifest.errors.items() if bundle.manifest else ():
            assert bundle.manifest
            n = _asked_items(bundle.manifest, arm)
            if count > n * MOST_ERRORS:
                problem = f"{count} of {n} items ended in an error for the {arm}; wanted at most {MOST_ERRORS:.0%}"
                yield Violation(f"/evidence/{bundle.entry}", f"evidence '{bundle.evidence.id}': {problem}")
