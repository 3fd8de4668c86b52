"""DLS702: listed reproduction is there."""

from collections.abc import Iterator

from dls.canonical import file_sha256
from dls.evidence.bundle import locate
from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS702", spec="reproduction")
def listed_report_is_available(context: RuleContext) -> Iterator[Violation]:
    """A listed reproduction report is there with its digest, or has an address.

    ## Why

    A report that cannot be had supports nothing.
    """
    for i, listed in enumerate(context.statement.reproductions):
        pointer = f"/reproductions/{i}"
        if listed.path is None and listed.uri is None:
            yield Violation(pointer, f"the report by '{visible(listed.by)}' has neither path nor uri")
            continue
        located = locate(context.folder, listed.path)
        if located.state == "missing":
            yield Violation(f"{pointer}/path", f"the report '{visible(listed.path or '')}' is not there")
        elif located.path is not None and (found := file_sha256(located.path)) != listed.sha256:
            yield Violation(
                f"{pointer}/sha256",
                f"the report '{visible(listed.path or '')}' has the digest {found}, not {listed.sha256}",
            )
