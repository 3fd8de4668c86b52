"""The table that drafting, a run, a check and the demonstration end with: outcomes by dimension, and absences."""

import math
from collections.abc import Iterator

from dls.judging.statement_outcomes import AbsentPart, StatementOutcomes, TargetOutcome
from dls.report.terminal import Column, Part, Styled, line, show, show_table, table_lines
from dls.standard.registry import DIMENSIONS, READINGS

MOST = 60
"""Rows that a table shows; those of targets that are not preserved come before the others."""
_ORDER = (*DIMENSIONS, *READINGS)
_STYLES = {"preserved": "green", "inconclusive": "yellow", "lost": "bold red"}
_LIMITS = {"margin": "loss \u2264", "floor": "floor", "cap": "cap", "at_least": "keep"}
_NAMES = ("dimension", "metric", "teacher", "student", "loss [interval]", "wanted", "outcome", "accepted")
_COLUMNS = [Column(name) for name in _NAMES]
Row = tuple[Part, ...]


def show_outcomes(outcomes: StatementOutcomes) -> None:
    """Print the table, and the lines below it."""
    show_table(_COLUMNS, _rows(outcomes))
    for note in _notes(outcomes):
        show(note)


def outcome_lines(outcomes: StatementOutcomes) -> Iterator[str]:
    """Yield the same lines without colours, none of them folded."""
    yield from (line(*parts).rstrip() for parts in table_lines(_COLUMNS, _rows(outcomes)))
    yield from map(line, _notes(outcomes))


def _rows(outcomes: StatementOutcomes) -> list[Row]:
    entries: list[TargetOutcome | AbsentPart] = [*outcomes.targets, *outcomes.absences]
    in_order = sorted(sorted(entries, key=_is_preserved)[:MOST], key=lambda entry: _ORDER.index(entry.dimension))
    return [_target_row(entry) if isinstance(entry, TargetOutcome) else _absence_row(entry) for entry in in_order]


def _is_preserved(entry: TargetOutcome | AbsentPart) -> bool:
    return isinstance(entry, TargetOutcome) and entry.outcome == "preserved"


def _target_row(target: TargetOutcome) -> Row:
    (name, limit), style = target.limit, _STYLES[target.outcome]
    return (
        target.dimension,
        target.metric,
        _number(target.teacher),
        _number(target.student),
        _loss(target),
        f"{_LIMITS[name]} {limit:g}",
        Styled(f"{target.outcome}: {_words(target.reason)}" if target.reason else target.outcome, style),
        _acceptance(target.accepted),
    )


def _absence_row(absence: AbsentPart) -> Row:
    name = absence.metric or "all"
    about = f"{name} by {absence.probe}" if absence.probe else name
    status = f"{_words(absence.status)}: {_words(absence.justification)}"
    return absence.dimension, about, "-", "-", "-", "-", Styled(status, "yellow"), _acceptance(absence.accepted)


def _acceptance(accepted: bool | None) -> str:  # noqa: FBT001 - a member of a statement
    return "-" if accepted is None else "yes" if accepted else "no"


def _words(label: str) -> str:
    return label.replace("_", " ")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _loss(target: TargetOutcome) -> str:
    if target.loss is None:
        return "-"
    if target.interval is None:
        return f"{target.loss:+.3f}"
    low, high = target.interval
    ends = math.floor(low * 1000) / 1000, math.ceil(high * 1000) / 1000  # never narrower
    return f"{target.loss:+.3f} [{ends[0]:+.3f}, {ends[1]:+.3f}]"


def _notes(outcomes: StatementOutcomes) -> Iterator[str]:
    """Yield the direction of a loss, and the numbers of rows that the table does not have."""
    rest = f"; {outcomes.reports} more claims have no target" if outcomes.reports else ""
    yield f"a positive loss means that the student is worse{rest}"
    cut = len(outcomes.targets) + len(outcomes.absences) - MOST
    if cut > 0:
        yield f"{cut} more rows are not shown; the format json has all"
