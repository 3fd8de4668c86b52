"""A place in a text: its line and column, and the line with a caret below the column."""

from typing import NamedTuple

from dls.finding import visible

_WIDTH = 100  # characters of a line that a reader is shown
_BEFORE = 60  # of them before the place


class Place(NamedTuple):
    """Line and column, from 1, in characters."""

    line: int
    column: int


def place_of(text: str, position: int) -> Place:
    """Return the place of a position in a text; one at its end belongs to the last line that holds anything."""
    if not text[position:].strip():
        position = min(position, len(text.rstrip()))
    start = line_start(text, position)
    breaks = text.count("\n", 0, start) + text.count("\r", 0, start) - text.count("\r\n", 0, start)
    return Place(breaks + 1, position - start + 1)


def line_start(text: str, position: int) -> int:
    """Return the position at which the line of a position starts."""
    return max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1


def line_at(text: str, position: int) -> str:
    """Return the line of a position, without its end."""
    start = line_start(text, position)
    end = text.find("\n", start)
    return text[start : len(text) if end < 0 else end].partition("\r")[0]


def marked_line(text: str, line: int, column: int) -> str:
    """Return a line of a text, or a part of a long one, and in a second line a caret below a column."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", line)
    content = lines[line - 1] if line <= len(lines) else ""
    start = max(0, column - 1 - _BEFORE) if len(content) > _WIDTH else 0
    end = start + _WIDTH
    before = f"{'…' if start else ''}{visible(content[start : column - 1])}"
    after = f"{visible(content[column - 1 : end])}{'…' if len(content) > end else ''}"
    return f"{before}{after}\n{' ' * len(before)}^"
