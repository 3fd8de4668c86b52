"""DLS702: listed report is available."""

from collections.abc import Iterator

from dls.canonical import file_sha256
from dls.document.beside import locate
from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS702", spec="reproduction")
def listed_report_is_available(context: RuleContext) -> Iterator[Violation]:
    """A listed reproduction report lies beside the statement with its digest, or has an address.

    ## Why

    A report that you cannot obtain supports nothing.
    """
    for i, report in enumerate(context.statement.reproductions):
        pointer = f"/reproductions/{i}"
        if report.path is None and report.uri is None:
            yield Violation(pointer, f"the report by '{visible(report.by)}' has neither path nor uri; add one")
            continue
        location = locate(context.folder, report.path)
        name = visible(report.path or "")
        if location.state == "missing":
            yield Violation(f"{pointer}/path", f"the report '{name}' is missing; add it, or correct the path")
        elif location.path is not None and (digest := file_sha256(location.path)) != report.sha256:
            yield Violation(
                f"{pointer}/sha256", f"the report '{name}' has the digest {digest}; the statement names {report.sha256}"
            )
