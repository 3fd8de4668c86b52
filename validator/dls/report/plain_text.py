"""Findings for a terminal: one line each, the place first."""

from collections.abc import Iterator, Sequence

from dls.checking.validate import CheckResult
from dls.finding import Finding, visible
from dls.report import Totals, totals

_COLOURS = {"error": "31", "warning": "33", "waived": "2"}


def render(results: Sequence[CheckResult], *, colour: bool = False) -> str:
    """Return the findings and a line on each file, for a person."""
    lines = [line for result in results for line in file_lines(result, colour=colour)]
    return "\n".join([*lines, *closing_lines(totals(results))]) + "\n"


def file_lines(result: CheckResult, *, colour: bool = False) -> Iterator[str]:
    """Yield the lines on one file."""
    for finding in result.findings:
        yield _line(finding, colour=colour)
    waivers = f", {result.waived} waived" if result.waived else ""
    counts = f"{_count(result.errors, 'error')}, {_count(result.warnings, 'warning')}{waivers}"
    yield f"{visible(result.path)}: {counts}{''.join(f' · {note}' for note in _notes(result))}"


def closing_lines(total: Totals) -> Iterator[str]:
    """Yield the line that ends a report on more than one file."""
    if total.files > 1:
        level = f" · lowest assurance established: {total.assurance}" if total.assurance else ""
        counts = f"{_count(total.errors, 'error')}, {_count(total.warnings, 'warning')}, {total.waived} waived"
        yield f"{total.files} files: {counts}{level}"


def _notes(result: CheckResult) -> Iterator[str]:
    if result.claimed is None or result.profile is None or result.assessment is None:
        return
    kind = "profile" if result.profile.builtin else "own profile"
    met, targets = len(result.assessment.met_targets), len(result.profile.targets)
    yield f"{kind} {visible(result.profile.id)} {result.profile.version}: {met} of {targets} targets met"
    claim = f" of {result.claimed} claimed" if result.claimed != result.established else ""
    yield f"assurance {result.established} established{claim}"


def _line(finding: Finding, *, colour: bool) -> str:
    kind = "waived" if finding.waived else finding.severity
    label = f"\x1b[{_COLOURS[kind]}m{kind}\x1b[0m" if colour else kind
    place = f"{visible(finding.path)}:{finding.line}:{finding.column}"
    return f"{place}: {label} {finding.code}: {visible(finding.message)} [{visible(finding.pointer)}]"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
