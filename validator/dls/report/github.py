"""Findings as annotations of a GitHub workflow."""

from collections.abc import Sequence

from dls.checking.validate import CheckResult
from dls.finding import Finding, sort_key, visible
from dls.report import totals
from dls.report.place import repository_path

CAP = 10  # annotations of a kind that GitHub shows for a step; it drops the rest without a word


def render(checked: Sequence[CheckResult]) -> str:
    """Return the worst findings first, at most ten of a kind, then how many were cut and the counts."""
    found = sorted((finding for one in checked for finding in one.findings if not finding.waived), key=sort_key)
    lines = []
    for kind in ("error", "warning"):
        of_kind = [finding for finding in found if finding.severity == kind]
        lines += [_annotation(finding) for finding in of_kind[:CAP]]
        if len(of_kind) > CAP:
            lines.append(
                f"::notice title=dls::{len(of_kind) - CAP} more {kind}s are not shown here; run dls validate for all"
            )
    total = totals(checked)
    level = f", assurance {total.assurance}" if total.assurance else ""
    lines.append(
        f"dls: {total.files} files, {total.errors} errors, {total.warnings} warnings, {total.waived} waived{level}"
    )
    return "\n".join(lines) + "\n"


def _annotation(finding: Finding) -> str:
    where = (
        f"file={_property(repository_path(finding.path))},line={finding.line},col={finding.column},title={finding.code}"
    )
    return f"::{finding.severity} {where}::{_data(finding.message)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
