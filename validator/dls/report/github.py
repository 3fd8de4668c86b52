"""Findings as annotations of a GitHub workflow."""

from collections.abc import Iterator, Sequence
from itertools import islice

from dls.checking.validate import Report
from dls.finding import Finding, sort_key, visible
from dls.report.place import repository_path
from dls.report.plain_text import statement_line
from dls.report.totals import totals_of

CAP = 10  # annotations of a kind that GitHub shows for a step; it drops the rest silently


def render(results: Sequence[Report]) -> str:
    """Return the worst findings first, at most ten of a kind, then the number left out and the counts."""
    lines = []
    for kind in ("error", "warning"):
        of_kind = _in_turn(results, kind)
        lines += [_annotation(finding) for finding in of_kind[:CAP]]
        if len(of_kind) > CAP:
            rest = f"{len(of_kind) - CAP} more {kind}s are not shown here"
            lines.append(f"::notice title=dls::{rest}; run dls validate for all")
    lines += _notices(results)
    total = totals_of(results)
    level = f", assurance {total.assurance}" if total.assurance else ""
    lines.append(
        f"dls: {total.files} files, {total.errors} errors, {total.warnings} warnings, {total.waived} waived{level}"
    )
    return "\n".join(lines) + "\n"


def _notices(results: Sequence[Report]) -> Iterator[str]:
    """Yield one notice on the content of each statement, at most ten."""
    lines = ((result.path, text) for result in results if (text := statement_line(result)))
    for path, text in islice(lines, CAP):
        yield f"::notice file={_property(repository_path(path))},title=dls::{_data(text)}"


def _in_turn(results: Sequence[Report], kind: str) -> list[Finding]:
    """Return the findings of a kind, the first of each file before the second of any: no file fills the report."""
    turns = (
        (turn, finding)
        for result in results
        for turn, finding in enumerate(sorted(filter(lambda entry: _is_of(entry, kind), result.findings), key=sort_key))
    )
    return [finding for _, finding in sorted(turns, key=lambda entry: (entry[0], sort_key(entry[1])))]


def _is_of(finding: Finding, kind: str) -> bool:
    return finding.severity == kind and not finding.waived


def _annotation(finding: Finding) -> str:
    path = _property(repository_path(finding.path))
    properties = f"file={path},line={finding.line},col={finding.column},title={finding.code}"
    return f"::{finding.severity} {properties}::{_data(finding.message)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
