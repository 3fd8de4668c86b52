"""DLS702: listed report is available."""

from collections.abc import Iterator
from functools import cache

from dls.canonical import file_sha256
from dls.document.alteration import alteration_hint
from dls.document.beside import has_digest, locate
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_MENDING = {
    "missing": "add it, or correct the path",
    "unreadable": "let this account read it",
}


@rule("DLS702", spec="reproduction")
def listed_report_is_available(context: RuleContext) -> Iterator[Violation]:
    """A listed reproduction report lies beside the statement with its digest, or has an address.

    ## Why

    A report that you cannot obtain or read supports nothing.
    """
    digest_of, hint_of = cache(file_sha256), cache(alteration_hint)  # a statement may list one file 200 times
    for i, report in enumerate(context.statement.reproductions):
        pointer = f"/reproductions/{i}"
        if report.path is None and report.uri is None:
            yield Violation(pointer, f"the report by '{report.by}' has neither path nor uri; add one")
            continue
        location = locate(context.folder, report.path, has_digest(report.sha256))
        if location.path is None:
            if location.state in _MENDING:
                problem = f"is {location.state}; {_MENDING[location.state]}"
                yield Violation(f"{pointer}/path", f"the report '{report.path}' {problem}")
            continue
        if (digest := digest_of(location.path)) != report.sha256:
            problem = f"has the digest {digest}; the statement names {report.sha256}"
            hint = hint_of(location.path, report.sha256)
            yield Violation(f"{pointer}/sha256", f"the report '{report.path}' {problem}{hint}")
        elif isinstance(content := context.report_files.get(i), str):
            yield Violation(f"{pointer}/path", f"the report '{report.path}' is no reproduction report: {content}")
