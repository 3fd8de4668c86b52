"""Findings for a terminal: one line each, the place first."""

from collections.abc import Iterator, Sequence

from dls.checking.validate import CheckResult
from dls.finding import Finding, visible
from dls.report import Totals, totals

_COLOURS = {"error": "31", "warning": "33", "waived": "2"}


def render(checked: Sequence[CheckResult], *, colour: bool = False) -> str:
    """Return the findings and a line on each file, for a person."""
    lines = [line for one in checked for line in file_lines(one, colour=colour)]
    return "\n".join([*lines, *closing_lines(totals(checked))]) + "\n"


def file_lines(one: CheckResult, *, colour: bool = False) -> Iterator[str]:
    """Yield the lines on one file."""
    for finding in one.findings:
        yield _line(finding, colour=colour)
    waived = f", {one.waived} waived" if one.waived else ""
    counts = f"{_count(one.errors, 'error')}, {_count(one.warnings, 'warning')}{waived}"
    yield f"{visible(one.path)}: {counts}{''.join(f' · {note}' for note in _notes(one))}"


def closing_lines(total: Totals) -> Iterator[str]:
    """Yield the line that ends a report on more than one file."""
    if total.files > 1:
        level = f" · lowest assurance established: {total.assurance}" if total.assurance else ""
        yield f"{total.files} files: {_count(total.errors, 'error')}, {_count(total.warnings, 'warning')}, {total.waived} waived{level}"


def _notes(one: CheckResult) -> Iterator[str]:
    if one.claimed is None or one.profile is None or one.assessment is None:
        return
    kind = "profile" if one.profile.builtin else "own profile"
    met, targets = len(one.assessment.met_targets), len(one.profile.targets)
    yield f"{kind} {visible(one.profile.id)} {one.profile.version}: {met} of {targets} targets met"
    claimed = f" of {one.claimed} claimed" if one.claimed != one.established else ""
    yield f"assurance {one.established} established{claimed}"


def _line(finding: Finding, *, colour: bool) -> str:
    kind = "waived" if finding.waived else finding.severity
    shown = f"\x1b[{_COLOURS[kind]}m{kind}\x1b[0m" if colour else kind
    return f"{visible(finding.path)}:{finding.line}:{finding.column}: {shown} {finding.code}: {visible(finding.message)} [{visible(finding.pointer)}]"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
