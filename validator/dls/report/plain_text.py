"""Findings for a terminal: one line each, the place first."""

from collections.abc import Iterator, Sequence

from dls.checking.validate import Report
from dls.finding import Finding
from dls.judging.assess import LEVELS
from dls.judging.target_counts import count_targets
from dls.report.outcome_table import outcome_lines
from dls.report.terminal import Part, Styled, line
from dls.report.totals import Totals, totals_of

_NAMES = 5  # of a kind on a file's line
_HIGHER = {
    "consistent": "evidence at hand",
    "recomputed": "`dls recompute`",
    "reproduced": "`dls reproduce`",
    "independently_reproduced": "another party's signed report with --trust",
}
"""What would establish a level of assurance."""
_STYLES = {"error": "red", "warning": "yellow", "waived": "dim"}


def render(results: Sequence[Report]) -> str:
    """Return the findings and a line on each file, without colours; and for a statement alone its outcomes."""
    lines = [parts for result in results for parts in file_lines(result)]
    if len(results) == 1 and results[0].outcomes:
        lines += [("",), *((text,) for text in outcome_lines(results[0].outcomes)), *table_warning(results[0])]
    return "".join(f"{line(*parts)}\n" for parts in (*lines, *closing_lines(totals_of(results))))


def file_lines(result: Report) -> Iterator[tuple[Part, ...]]:
    """Yield the lines on one file, each in parts."""
    for finding in result.findings:
        yield _finding_parts(finding)
        yield from ((f"    {row}",) for row in finding.excerpt.split("\n") if row)
    waivers = f", {result.waived} waived" if result.waived else ""
    counts = f"{_count(result.errors, 'error')}, {_count(result.warnings, 'warning')}{waivers}"
    yield (" · ".join(filter(None, (f"{result.path}: {counts}", statement_line(result)))),)


def table_warning(result: Report) -> tuple[tuple[Part, ...], ...]:
    """Return the line below the outcomes of a statement with errors; none where there are none."""
    if not result.errors:
        return ()
    return ((f"this table repeats the statement, which has {_count(result.errors, 'error')}; do not rely on it",),)


def closing_lines(total: Totals) -> Iterator[tuple[Part, ...]]:
    """Yield the line that ends a report on more than one file."""
    if total.files > 1:
        level = f" · lowest assurance established: {total.assurance}" if total.assurance else ""
        counts = f"{_count(total.errors, 'error')}, {_count(total.warnings, 'warning')}, {total.waived} waived"
        yield (f"{total.files} files: {counts}{level}",)


def statement_line(result: Report) -> str:
    """Return all that a line can say of a statement: its targets, losses, absences and assurance; "" where unknown."""
    return " · ".join(_notes(result))


def _notes(result: Report) -> Iterator[str]:
    profile, assessment, outcomes = result.profile, result.assessment, result.outcomes
    if result.is_withdrawn:
        yield "WITHDRAWN"
    if result.kind == "statement" and outcomes is None and any(finding.code == "DLS004" for finding in result.findings):
        yield "its numbers are checked once no gap is left"
    if profile is None or assessment is None or outcomes is None:
        return
    kind = "profile" if profile.builtin else "own profile"
    unmet = tuple(dict.fromkeys(map(profile.target_name, assessment.unmet_targets)))
    sizes = count_targets(profile, assessment.met_targets)
    count = ", ".join(filter(None, [f"{sizes.met} of {sizes.targets} targets met", sizes.own_clause]))
    own = "by its own numbers " if result.errors else ""
    yield f"{kind} {profile.id} {profile.version}: {own}{count}{f'; unmet: {_names(unmet)}' if unmet else ''}"
    if assessment.losses:
        acceptances = {target.claim for target in outcomes.targets if target.accepted}
        yield f"lost: {_names([f'{name} (accepted)' if name in acceptances else name for name in assessment.losses])}"
    if outcomes.absences:
        yield f"absent: {_names([absence.metric or absence.dimension for absence in outcomes.absences])}"
    yield _assurance(result)


def _names(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + rest


def _assurance(result: Report) -> str:
    """Return the assurance that this check established, and the command that would establish the claimed one."""
    level, claim = result.assurance, result.claimed
    here = f"established here: {level}"
    if claim is None or LEVELS.index(claim) <= LEVELS.index(level):
        return here
    if result.errors:
        return f"{here}, for there are errors; the issuer claims {claim}"
    return f"{here}; {_HIGHER[claim]} would establish {claim}"


def _finding_parts(finding: Finding) -> tuple[Part, ...]:
    kind = "waived" if finding.waived else finding.severity
    place = f"{finding.path}:{finding.line}:{finding.column}: "
    return place, Styled(kind, _STYLES[kind]), f" {finding.code}: {finding.message} [{finding.pointer}]"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
