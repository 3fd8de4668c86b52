"""Findings as JUnit XML: a suite a file, a case a finding."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from dls.checking.validate import CheckResult
from dls.finding import Finding, visible
from dls.report.place import repository_path


def render(checked: Sequence[CheckResult]) -> str:
    """Return the findings as JUnit XML; errors fail, warnings and waived findings are skipped."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="dls" tests="{sum(max(1, len(one.findings)) for one in checked)}">',
    ]
    for one in checked:
        lines += _suite(one)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(one: CheckResult) -> Iterator[str]:
    skipped = len(one.findings) - one.errors
    counts = f'tests="{max(1, len(one.findings))}" failures="{one.errors}" skipped="{skipped}"'
    yield f"  <testsuite name={_attribute(one.path)} {counts}>"
    if not one.findings:
        yield f'    <testcase name="valid" classname={_attribute(one.path)}/>'
    for finding in one.findings:
        yield from _case(finding)
    yield "  </testsuite>"


def _case(finding: Finding) -> Iterator[str]:
    name = _attribute(f"{finding.code} {finding.pointer or '/'} line {finding.line}")
    file = _attribute(repository_path(finding.path))
    yield f'    <testcase name={name} classname={_attribute(finding.path)} file={file} line="{finding.line}">'
    if finding.severity == "error" and not finding.waived:
        at = f"{finding.path}:{finding.line}:{finding.column}"
        yield f"      <failure type={_attribute(finding.code)} message={_attribute(finding.message)}>{escape(visible(at))}</failure>"
    else:
        reason = "waived: " if finding.waived else "warning: "
        yield f"      <skipped message={_attribute(reason + finding.message)}/>"
    yield "    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(visible(text))
