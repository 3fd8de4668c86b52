"""Findings as JUnit XML: a suite for each file, a case for each finding.

Jenkins' xUnit plugin and pytest publish the schema that it follows, junit-10.xsd. It asks for `errors` on a suite and
allows neither `file` nor `line` on a case, so the place stands in the text.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from dls.checking.validate import Report
from dls.finding import Finding, visible
from dls.report.outcome_table import outcome_lines
from dls.report.place import repository_path
from dls.report.plain_text import statement_line

_HOST_COMMANDS = {"#": "&#35;"}  # `##[` in a log is a command to some hosts


def render(results: Sequence[Report]) -> str:
    """Return the findings as JUnit XML; errors fail, warnings and waived findings are skipped."""
    tests = sum(max(1, len(result.findings)) for result in results)
    failures = sum(result.errors for result in results)
    head = f'<testsuites name="dls" tests="{tests}" failures="{failures}" errors="0">'
    suites = [line for result in results for line in _suite(result)]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]) + "\n"


def _suite(result: Report) -> Iterator[str]:
    skips = len(result.findings) - result.errors
    counts = f'tests="{max(1, len(result.findings))}" failures="{result.errors}" errors="0" skipped="{skips}"'
    yield f"  <testsuite name={_attribute(result.path)} {counts}>"
    if not result.findings:
        yield f'    <testcase name="valid" classname={_attribute(result.path)}/>'
    for name, finding in zip(_names(result.findings), result.findings, strict=True):
        yield from _case(name, finding)
    yield from _output(result)
    yield "  </testsuite>"


def _output(result: Report) -> Iterator[str]:
    """Yield a statement's line and its table."""
    if result.outcomes is not None:
        lines = [visible(statement_line(result)), *outcome_lines(result.outcomes)]
        yield f"    <system-out>{escape(chr(10).join(lines), _HOST_COMMANDS)}</system-out>"


def _names(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield a name for each finding, different from all before it: a reader of JUnit merges equal names."""
    counts: Counter[str] = Counter()
    for finding in findings:
        name = f"{finding.code} {finding.pointer or '/'} line {finding.line}"
        counts[name] += 1
        yield name if counts[name] == 1 else f"{name} ({counts[name]})"


def _case(name: str, finding: Finding) -> Iterator[str]:
    yield f"    <testcase name={_attribute(name)} classname={_attribute(finding.path)}>"
    if finding.severity == "error" and not finding.waived:
        place = escape(visible(f"{repository_path(finding.path)}:{finding.line}:{finding.column}"), _HOST_COMMANDS)
        attributes = f"type={_attribute(finding.code)} message={_attribute(finding.message)}"
        yield f"      <failure {attributes}>{place}</failure>"
    else:
        reason = "waived: " if finding.waived else "warning: "
        yield f"      <skipped message={_attribute(reason + finding.message)}/>"
    yield "    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(visible(text), _HOST_COMMANDS)
