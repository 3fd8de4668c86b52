"""The matrix of planted losses as a picture: a row for each student, a column for each target, a letter for an outcome.

A letter and a colour say the same, so that the colour is not needed. The colours are those of the page's style.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

_LOOKS = {"preserved": ("good", "P"), "inconclusive": ("open", "I"), "lost": ("bad", "L")}
_SIDE, _LABELS, _HEAD, _EDGE = 26, 210, 190, 4  # of a cell, the names of students, those of targets; the gap; pixels
_OVERHANG = 130  # of the last slanted name

Column = tuple[str, str]
"""A probe and a metric."""


def picture(parts: Sequence[dict[str, Any]], columns: Sequence[Column]) -> str:
    """Return the figure, with a title and a description for readers who do not see it."""
    width, height = _LABELS + _SIDE * len(columns) + _OVERHANG, _HEAD + _SIDE * len(parts) + _EDGE
    size = f'viewBox="0 0 {width} {height}" style="max-width: 60rem"'
    description = _description(parts, columns)
    return "\n".join((
        '<figure class="dls">',
        f'<svg {size} role="img" aria-labelledby="matrix matrix-text">',
        '<title id="matrix">The matrix of planted losses</title>',
        f'<desc id="matrix-text">{escape(description)}</desc>',
        *(_name_of_column(place, column) for place, column in enumerate(columns)),
        *(line for place, part in enumerate(parts) for line in _row(place, part, columns)),
        "</svg>",
        "<figcaption>P preserved, I inconclusive, L lost; an empty place was not measured.</figcaption>",
        "</figure>\n",
    ))  # fmt: skip


def outcomes(part: dict[str, Any]) -> dict[Column, str]:
    """Return a student's outcome on each target of the matrix."""
    verdicts = ((cell["probe"], verdict) for cell in part["matrix"] for verdict in cell["verdicts"])
    return {(probe, verdict["metric"]): verdict["outcome"] for probe, verdict in verdicts}


def _description(parts: Sequence[dict[str, Any]], columns: Sequence[Column]) -> str:
    rows = (f"{part['name']}: {_losses(outcomes(part), columns)}" for part in parts)
    return "Targets on which each student is lost. " + "; ".join(rows) + "."


def _losses(row: dict[Column, str], columns: Sequence[Column]) -> str:
    losses = (f"{metric} in {_dimension(probe)}" for probe, metric in columns if row.get((probe, metric)) == "lost")
    return ", ".join(losses) or "none"


def _dimension(probe: str) -> str:
    return probe.partition(".")[0]


def _name_of_column(place: int, column: Column) -> str:
    x, y = _LABELS + _SIDE * place + _SIDE // 2, _HEAD - 2 * _EDGE
    probe, metric = column
    return f'<text class="quiet" transform="translate({x} {y}) rotate(-50)">{metric}, {_dimension(probe)}</text>'


def _row(place: int, part: dict[str, Any], columns: Sequence[Column]) -> Iterable[str]:
    y, row = _HEAD + _SIDE * place, outcomes(part)
    yield f'<text x="{_LABELS - 2 * _EDGE}" y="{y + 17}" text-anchor="end">{part["name"]}</text>'
    for number, column in enumerate(columns):
        if column in row:
            style, letter = _LOOKS[row[column]]
            x, side = _LABELS + _SIDE * number, _SIDE - _EDGE
            yield f'<rect class="{style}" fill-opacity="0.35" x="{x}" y="{y}" width="{side}" height="{side}" rx="3"/>'
            yield f'<text x="{x + side // 2}" y="{y + 16}" text-anchor="middle">{letter}</text>'
