"""DLS304: evidence has the stated digest."""

from collections.abc import Iterator

from dls.document.alteration import alteration
from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS304", spec="evidence")
def evidence_has_the_stated_digest(context: RuleContext) -> Iterator[Violation]:
    """Bundled evidence is there, with the digest and size that the statement names.

    ## Why

    The digest ties a claim to its records. If it differs, either the evidence or the statement was changed after the
    other was written.
    """
    for bundle in context.bundles:
        pointer, evidence = f"/evidence/{bundle.entry}", bundle.evidence
        if bundle.location.state == "missing" and evidence.availability == "bundled":
            path = visible(evidence.path or "")
            yield Violation(
                f"{pointer}/path",
                f"evidence '{evidence.id}' is bundled, but '{path}' is missing; add it, or correct the path",
            )
        elif bundle.location.state == "unreadable":
            path = visible(evidence.path or "")
            yield Violation(
                f"{pointer}/path",
                f"evidence '{evidence.id}': '{path}' is there and cannot be read; let this account read it",
            )
        elif bundle.sha256 is not None and evidence.sha256 is not None and not bundle.intact:
            yield Violation(
                f"{pointer}/sha256",
                f"evidence '{evidence.id}' has the digest {bundle.sha256}; the statement names {evidence.sha256}",
            )
        elif bundle.bytes is not None and evidence.bytes not in (None, bundle.bytes):
            yield Violation(
                f"{pointer}/bytes",
                f"evidence '{evidence.id}' has {bundle.bytes} bytes; the statement names {evidence.bytes}",
            )
