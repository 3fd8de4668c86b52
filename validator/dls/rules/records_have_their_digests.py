"""DLS306: records have their digests."""

from collections.abc import Iterator
from pathlib import Path

from dls.evidence.bundle import record_problems
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS306", spec="evidence")
def records_have_their_digests(context: RuleContext) -> Iterator[Violation]:
    """The records beside a manifest have the digests that the manifest names.

    ## Why

    The manifest is only a summary, and a changed record is a changed number. If the record's digest was left as it was,
    this rule finds the change. If it was changed too, the statement's digest of the manifest shows it.
    """
    problems: dict[Path, tuple[str, ...]] = {}
    for bundle in context.bundles:
        path = bundle.location.path
        if bundle.manifest is None or path is None:
            continue
        if path not in problems:
            problems[path] = tuple(record_problems(path.parent, bundle.manifest))
        for problem in problems[path]:
            yield Violation(f"/evidence/{bundle.entry}/path", f"evidence '{bundle.evidence.id}': {problem}")
