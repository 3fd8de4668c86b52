"""DLS315: errors are few."""

from collections.abc import Iterator

from dls.finding import Breach
from dls.judging.context import Case
from dls.rules._rule import rule

SHARE = 0.01


@rule("DLS315", spec="evidence")
def errors_are_few(case: Case) -> Iterator[Breach]:
    """At most one item in a hundred ended in an error.

    ## Why

    An error counts against its model. More of them measure the program that ran it.
    """
    for bundle in case.bundles:
        for arm, count in bundle.manifest.errors.items() if bundle.manifest else ():
            assert bundle.manifest
            if count > bundle.manifest.items.n * SHARE:
                yield Breach(
                    f"/evidence/{bundle.entry}",
                    f"evidence '{bundle.evidence.id}': {count} of {bundle.manifest.items.n} items ended in an error for the {arm}",
                )
