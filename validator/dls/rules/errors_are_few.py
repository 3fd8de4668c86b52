"""DLS315: errors are few."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

SHARE = 0.01


@rule("DLS315", spec="evidence")
def errors_are_few(context: RuleContext) -> Iterator[Violation]:
    """At most one item in a hundred ended in an error.

    ## Why

    An error counts against its model. More of them measure the program that ran it.
    """
    for bundle in context.bundles:
        for arm, count in bundle.manifest.errors.items() if bundle.manifest else ():
            assert bundle.manifest
            if count > bundle.manifest.items.n * SHARE:
                yield Violation(
                    f"/evidence/{bundle.entry}",
                    f"evidence '{bundle.evidence.id}': {count} of {bundle.manifest.items.n} items ended in an error for the {arm}",
                )
