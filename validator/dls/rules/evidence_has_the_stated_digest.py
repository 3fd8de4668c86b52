"""DLS304: evidence has the stated digest."""

from collections.abc import Iterator
from functools import cache

from dls.document.alteration import alteration_hint
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS304", spec="evidence")
def evidence_has_the_stated_digest(context: RuleContext) -> Iterator[Violation]:
    """Bundled evidence is there, with the digest and size that the statement names.

    ## Why

    The digest ties a claim to its records. If it differs, either the evidence or the statement was changed after the
    other was written.
    """
    hint_of = cache(alteration_hint)  # a statement may list one file two thousand times
    for bundle in context.bundles:
        pointer, evidence, path = f"/evidence/{bundle.entry}", bundle.evidence, bundle.location.path
        hint = hint_of(path, evidence.sha256) if path and evidence.sha256 and not bundle.intact else ""
        name = f"evidence '{evidence.id}'"
        if bundle.location.state == "missing" and evidence.availability == "bundled":
            problem = f"is bundled, but '{evidence.path}' is missing; add it, or correct the path"
            yield Violation(f"{pointer}/path", f"{name} {problem}")
        elif bundle.location.state == "unreadable":
            problem = f"'{evidence.path}' is there and cannot be read; let this account read it"
            yield Violation(f"{pointer}/path", f"{name}: {problem}")
        elif bundle.sha256 is not None and evidence.sha256 is not None and not bundle.intact:
            problem = f"has the digest {bundle.sha256}; the statement names {evidence.sha256}"
            yield Violation(f"{pointer}/sha256", f"{name} {problem}{hint}")
        elif bundle.bytes is not None and evidence.bytes not in (None, bundle.bytes):
            problem = f"has {bundle.bytes} bytes; the statement names {evidence.bytes}"
            yield Violation(f"{pointer}/bytes", f"{name} {problem}{hint}")
