"""Findings for a terminal: one line each, the place first."""

from collections.abc import Iterator, Sequence

from dls.checking.validate import Report
from dls.finding import Finding
from dls.report.terminal import Part, Styled, line
from dls.report.totals import Totals, totals_of

_NAMES = 5  # of losses on a file's line
_STYLES = {"error": "red", "warning": "yellow", "waived": "dim"}


def render(results: Sequence[Report]) -> str:
    """Return the findings and a line on each file, without colours."""
    lines = [parts for result in results for parts in file_lines(result)]
    return "".join(f"{line(*parts)}\n" for parts in (*lines, *closing_lines(totals_of(results))))


def file_lines(result: Report) -> Iterator[tuple[Part, ...]]:
    """Yield the lines on one file, each in parts."""
    for finding in result.findings:
        yield _finding_parts(finding)
        yield from ((f"    {source}",) for source in finding.excerpt.splitlines())
        yield from ((f"    {row}",) for row in finding.excerpt.split("\n") if row)
    waivers = f", {result.waived} waived" if result.waived else ""
    counts = f"{_count(result.errors, 'error')}, {_count(result.warnings, 'warning')}{waivers}"
    yield (f"{result.path}: {counts}{''.join(f' · {note}' for note in _notes(result))}",)


def closing_lines(total: Totals) -> Iterator[tuple[Part, ...]]:
    """Yield the line that ends a report on more than one file."""
    if total.files > 1:
        level = f" · lowest assurance established: {total.assurance}" if total.assurance else ""
        counts = f"{_count(total.errors, 'error')}, {_count(total.warnings, 'warning')}, {total.waived} waived"
        yield (f"{total.files} files: {counts}{level}",)


def _notes(result: Report) -> Iterator[str]:
    if result.claimed is None or result.profile is None or result.assessment is None:
        return
    kind = "profile" if result.profile.builtin else "own profile"
    met, targets = len(result.assessment.met_targets), len(result.profile.targets)
    yield f"{kind} {result.profile.id} {result.profile.version}: {met} of {targets} targets met"
    if losses := result.assessment.losses:
        rest = f" and {len(losses) - _NAMES} more" if len(losses) > _NAMES else ""
        yield f"lost: {', '.join(losses[:_NAMES])}{rest}"
    claim = f" of {result.claimed} claimed" if result.claimed != result.assurance else ""
    yield f"assurance {result.assurance} established{claim}"


def _finding_parts(finding: Finding) -> tuple[Part, ...]:
    kind = "waived" if finding.waived else finding.severity
    place = f"{finding.path}:{finding.line}:{finding.column}: "
    return place, Styled(kind, _STYLES[kind]), f" {finding.code}: {finding.message} [{finding.pointer}]"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
