"""DLS306: records have their digests."""

from collections.abc import Iterator

from dls.evidence.bundle import record_problems
from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS306", spec="evidence")
def records_have_their_digests(context: RuleContext) -> Iterator[Violation]:
    """The records beside a manifest have the digests that the manifest names.

    ## Why

    The manifest is only a summary. Who changes a record changes a number; who then leaves its digest is found here, and who
    changes the digest too is found by the statement's digest of the manifest.
    """
    for bundle in context.bundles:
        if bundle.manifest is None or bundle.located.path is None:
            continue
        for problem in record_problems(bundle.located.path.parent, bundle.manifest):
            yield Violation(f"/evidence/{bundle.entry}/path", f"evidence '{bundle.evidence.id}': {visible(problem)}")
