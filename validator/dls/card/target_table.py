"""The rows of a card's table: a row for each target of a claim, and for each absence."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from dls.card.markdown_text import code, prose
from dls.judging.context import RuleContext
from dls.judging.limit_use import LimitUse, share_of_limit
from dls.model import LIMITS, Absence, Claim, Target
from dls.standard.registry import DIMENSIONS, READINGS

COLUMNS = "| dimension | metric | teacher | student | loss | limit | share of the limit used | outcome |"
LEAST = "no loss against the teacher"
_DASH = "—"
_CELLS = 10  # of a bar
_MOST_PERCENT = 999
_SIGNS = {"preserved": "✓", "inconclusive": "?", "lost": "✗"}
_RANKS = ("lost", "inconclusive", "absent", "preserved")
_ORDER = (*DIMENSIONS, *READINGS)
_LIMITS = {"margin": "loss ≤ {}", "floor": "student ≥ {}", "cap": "student ≤ {}", "at_least": "keeps ≥ {} of the lead"}


class TableRow(NamedTuple):
    """A row of the table, and its rank: 0 is the worst."""

    text: str
    rank: int


def table_rows(context: RuleContext) -> Iterator[TableRow]:
    """Yield the rows by dimension, in the order of the standard; within one, claims come before absences."""
    statement = context.statement
    for dimension in _ORDER:
        for i, claim in enumerate(statement.claims):
            if claim.dimension == dimension:
                for j, target in enumerate(claim.targets):
                    yield _target_row(context, f"/claims/{i}", claim, j, target)
        for absence in statement.absences:
            if absence.dimension == dimension:
                yield _absence_row(absence)


def _target_row(context: RuleContext, pointer: str, claim: Claim, index: int, target: Target) -> TableRow:
    limit = next(name for name in LIMITS if getattr(target, name) is not None)
    number = _source(context, f"{pointer}/targets/{index}/{limit}")
    use = share_of_limit(claim, target, context.metrics.get(claim.metric))
    baseline = "teacher" if claim.comparator == "teacher" else "reference"
    cells = (
        claim.dimension,
        _metric(claim),
        _number(context, f"{pointer}/{baseline}"),
        _number(context, f"{pointer}/{'pair' if claim.pair else 'student'}"),
        f"keeps {_number(context, f'{pointer}/retention')}"
        if target.kind == "retention"
        else _number(context, f"{pointer}/loss"),
        _LIMITS[limit].format(number),
        f"`{_bar(use)}` {_percent(use)}" if use else "not on this axis",
        f"{_SIGNS[target.outcome]} {target.outcome}",
    )
    return TableRow(_line(cells), _RANKS.index(target.outcome))


def _absence_row(absence: Absence) -> TableRow:
    status, reason = absence.status.replace("_", " "), absence.justification.replace("_", " ")
    metric = _DASH if absence.metric is None else code(absence.metric)
    cells = (absence.dimension, metric, *[_DASH] * 5, f"∅ {status}: {reason}")
    return TableRow(_line(cells), _RANKS.index("absent"))


def _metric(claim: Claim) -> str:
    """Return the metric with its data set, and with the comparator where that is not the teacher."""
    parts = [code(claim.metric)]
    if claim.on is not None:
        place = (claim.on.dataset, claim.on.config, claim.on.split, claim.on.slice)
        parts.append(f"on {prose(' / '.join(part for part in place if part), 80)}")
    if claim.comparator != "teacher":
        parts.append(f"against {claim.comparator.replace('_', ' ')}")
    return " ".join(parts)


def _number(context: RuleContext, pointer: str) -> str:
    """Return a value as the statement prints it, with its interval where it has one."""
    value = _source(context, f"{pointer}/value")
    low, high = (_source(context, f"{pointer}/interval/{end}") for end in ("low", "high"))
    return value if low == _DASH else f"{value} ({low} to {high})"


def _source(context: RuleContext, pointer: str) -> str:
    text = context.document.source(pointer)
    return _DASH if text is None else prose(text, 40)


def _bar(use: LimitUse) -> str:
    """Return ten cells up to the limit: full ones up to the value, half ones up to the worse end of its interval."""
    worst = use.value if use.high is None else use.high
    full, half = (min(_CELLS, max(0, math.ceil(share * _CELLS - _EXACT))) for share in (use.value, worst))
    arrow = "▶" if worst > 1 + _EXACT else ""
    return "█" * full + "▒" * (half - full) + "░" * (_CELLS - half) + arrow


_EXACT = 1e-9


def _percent(use: LimitUse) -> str:
    """Return the share in whole per cent, rounded towards the worse side; the interval's worse end in brackets."""
    worst = "" if use.high is None else f" (to {_whole(use.high)})"
    return f"{_whole(use.value)}{worst}"


def _whole(share: float) -> str:
    percent = math.ceil(100 * share - 100 * _EXACT)
    return f"> {_MOST_PERCENT} %" if percent > _MOST_PERCENT else f"{max(percent, -_MOST_PERCENT)} %"


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
