"""Findings as JUnit XML: a suite for each file, a case for each finding."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from dls.checking.validate import CheckResult
from dls.finding import Finding, visible
from dls.report.place import repository_path


def render(results: Sequence[CheckResult]) -> str:
    """Return the findings as JUnit XML; errors fail, warnings and waived findings are skipped."""
    tests = sum(max(1, len(result.findings)) for result in results)
    head = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="dls" tests="{tests}">']
    suites = [line for result in results for line in _suite(result)]
    return "\n".join([*head, *suites, "</testsuites>"]) + "\n"


def _suite(result: CheckResult) -> Iterator[str]:
    skips = len(result.findings) - result.errors
    counts = f'tests="{max(1, len(result.findings))}" failures="{result.errors}" skipped="{skips}"'
    yield f"  <testsuite name={_attribute(result.path)} {counts}>"
    if not result.findings:
        yield f'    <testcase name="valid" classname={_attribute(result.path)}/>'
    for finding in result.findings:
        yield from _case(finding)
    yield "  </testsuite>"


def _case(finding: Finding) -> Iterator[str]:
    name = _attribute(f"{finding.code} {finding.pointer or '/'} line {finding.line}")
    file = _attribute(repository_path(finding.path))
    yield f'    <testcase name={name} classname={_attribute(finding.path)} file={file} line="{finding.line}">'
    if finding.severity == "error" and not finding.waived:
        place = escape(visible(f"{finding.path}:{finding.line}:{finding.column}"))
        attributes = f"type={_attribute(finding.code)} message={_attribute(finding.message)}"
        yield f"      <failure {attributes}>{place}</failure>"
    else:
        reason = "waived: " if finding.waived else "warning: "
        yield f"      <skipped message={_attribute(reason + finding.message)}/>"
    yield "    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(visible(text))
