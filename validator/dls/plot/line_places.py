"""The lines of the forest plot, from top to bottom: dimensions, targets, absences."""

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from dls.finding import shortened
from dls.judging.limit_use import LimitUse
from dls.page.phrases import NO_VALUE
from dls.page.view import HIGH, LOW, AbsenceView, Acceptedness, Group, Page, Row
from dls.plot.palette import SIGNS

_LONGEST = 34  # characters of a label
_ARROWS = {-1: "◀", 1: "▶"}


class Line(NamedTuple):
    """One line of the plot: its place from the top in pixels, its label, and a target, an absence or a note.

    `is_part`: whether it belongs to the dimension above it.
    """

    top: int
    label: str
    row: Row | None = None
    absence: AbsenceView | None = None
    note: str = ""
    is_part: bool = False

    @property
    def is_head(self) -> bool:
        """Whether nothing but a label stands on it."""
        return self.row is None and self.absence is None and not self.note


def plot_lines(page: Page, head: int, mark: int) -> list[Line]:
    """Return the lines with their places, for the height of a line with a label alone and of one with a mark."""
    lines = [line for group in page.groups for line in _of_group(group)] or [Line(0, "no claim can be shown")]
    tops = accumulate((head if line.is_head else mark for line in lines), initial=0)
    return [line._replace(top=top) for line, top in zip(lines, tops, strict=False)]


def _of_group(group: Group) -> Iterator[Line]:
    name = group.dimension.replace("_", " ")
    whole = next((entry for entry in group.absences if entry.metric is None), None)
    count = group.other_claims
    note = f"{count} number{'s' if count > 1 else ''} without a target" if count and not group.rows else ""
    if whole is not None and not group.rows and not group.other_claims and len(group.absences) == 1:
        yield Line(0, name, absence=whole)
        return
    yield Line(0, name, note=note)
    for row in group.rows:
        yield Line(0, clipped(row.title), row=row, is_part=True)
    for absence in group.absences:
        yield Line(0, clipped(absence.title), absence=absence, is_part=True)


def clipped(text: str, most: int = _LONGEST) -> str:
    """Return a text as one short line without control characters."""
    line = shortened(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def absence_label(absence: AbsenceView) -> str:
    """Return the label in the hatched band."""
    return absence.label + _standing(absence.acceptedness, " · ")


def outcome_label(row: Row) -> str:
    """Return the outcome with its sign, and whether it is accepted."""
    return f"{SIGNS[row.outcome]} {row.outcome}{_standing(row.acceptedness, ', ')}"


def _standing(acceptedness: Acceptedness | None, lead: str) -> str:
    return f"{lead}{acceptedness}" if acceptedness in ("accepted", "not accepted") else ""


def bar(place: LimitUse) -> tuple[float, float] | None:
    """Return the part of an interval that lies on the axis; None where no part does."""
    if place.low is None or place.high is None or place.high < LOW or place.low > HIGH:
        return None
    return max(place.low, LOW), min(place.high, HIGH)


def arrows(place: LimitUse) -> Iterator[tuple[int, str]]:
    """Yield the side, -1 or 1, and the text of each arrow: the value where it is off the axis, otherwise the end."""
    ends = [number for number in (place.value, place.low, place.high) if number is not None]
    for side, limit in ((-1, LOW), (1, HIGH)):
        beyond = [end for end in ends if (end - limit) * side > 0]
        if beyond:
            number = place.value if place.value in beyond else max(beyond, key=lambda end: end * side)
            assert number is not None
            text = f"{number:.3g}".replace("-", "\N{MINUS SIGN}")
            yield side, f"{_ARROWS[side]} {text}" if side < 0 else f"{text} {_ARROWS[side]}"


def numbers_of(row: Row) -> str:
    """Return the numbers of a target that has no scale on the axis."""
    loss = f"loss {row.loss}" if row.loss != NO_VALUE else f"value {row.student}"
    return f"no scale here: {loss}, {row.limit}"
