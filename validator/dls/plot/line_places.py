"""The lines of the forest plot, from top to bottom: dimensions, targets, absences."""

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from dls.finding import shortened
from dls.judging.limit_use import LimitUse
from dls.page.phrases import NO_VALUE
from dls.page.view import HIGH, LOW, AbsenceView, Acceptedness, Group, Page, Row
from dls.plot.palette import SIGNS

MOST_LINES = 100
"""The largest number of targets and absences of a picture; more cannot be read, and take a library minutes."""

_LONGEST = 34  # characters of a label
_RANKS = ("absent", "lost", "inconclusive", "preserved", "reported")
_LARGE = 1000  # from here on three digits would need an exponent
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
    """Return the lines with their places, for the height of a line with a label alone and of one with a mark.

    Of more than `MOST_LINES` the worst are there, and each dimension counts its others.
    """
    lines = worst_lines(page) or [Line(0, "no claim can be shown")]
    tops = accumulate((head if line.is_head else mark for line in lines), initial=0)
    return [line._replace(top=top) for line, top in zip(lines, tops, strict=False)]


def worst_lines(page: Page) -> list[Line]:
    """Return the lines without their places."""
    lines = [[*_of_group(group)] for group in page.groups]
    ranks = sorted(_rank(line) for group in lines for line in group if line.row or line.absence)
    if len(ranks) <= MOST_LINES:
        return [line for group in lines for line in group]
    last = ranks[MOST_LINES - 1]
    room = MOST_LINES - sum(rank < last for rank in ranks)  # for the lines of the last rank
    places = iter(range(len(ranks)))  # of the last rank's lines, in their order
    return [line for group in lines for line in _shortened_group(group, last, room, places)]


def _shortened_group(group: list[Line], last: int, room: int, places: Iterator[int]) -> Iterator[Line]:
    count = 0
    for line in group:
        rank = _rank(line)
        if rank > last or (rank == last and next(places) >= room):
            count += 1
        else:
            yield line
    if count:
        yield Line(0, "", note=f"{count:,} more, none of them worse", is_part=True)


def _rank(line: Line) -> int:
    """Return the place of a line among all, 0 for the worst; -1 for one that is no target and no absence."""
    if line.row is None and line.absence is None:
        return -1
    return _RANKS.index(line.row.outcome if line.row else "absent")


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
            text = (f"{number:.3g}" if abs(number) < _LARGE else f"{number:,.0f}").replace("-", "\N{MINUS SIGN}")
            yield side, f"{_ARROWS[side]} {text}" if side < 0 else f"{text} {_ARROWS[side]}"


def numbers_of(row: Row) -> str:
    """Return the numbers of a target that has no scale on the axis."""
    loss = f"loss {row.loss}" if row.loss != NO_VALUE else f"value {row.student}"
    return f"no scale here: {loss}, {row.limit}"
