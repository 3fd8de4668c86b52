"""The forest plot: a line for each target on one axis, the share of the margin that is used up."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dls.page.phrases import NO_VALUE
from dls.page.view import HIGH, LOW, Page, Row
from dls.plot.extra import as_page, library
from dls.plot.line_places import Line, absence_label, arrows, bar, clipped, numbers_of, outcome_label, plot_lines
from dls.plot.palette import BEYOND, COLOURS, GRID, HATCH, INK, PAPER, QUIET, SHAPES, configured

_HATCHES = 44  # strokes of an absent line


class _Frame(NamedTuple):
    """Sizes in pixels: the axis, lines without and with a mark, and where in a line its label and mark stand."""

    width: int
    head: int
    line: int
    label: int
    mark: int
    label_x: int
    is_narrow: bool


_WIDE = _Frame(360, 26, 26, 13, 13, -236, is_narrow=False)
_NARROW = _Frame(318, 26, 58, 12, 47, 2, is_narrow=True)
_LABEL_ROOM = 36  # of a narrow line: its label, and the outcome below it
_OUTCOME_Y = 27  # in a narrow line
_COLUMNS: tuple[tuple[str, int, Callable[[Row], str]], ...] = (
    ("teacher", 60, lambda row: clipped(row.teacher, 10)),
    ("student", 122, lambda row: clipped(row.student, 10)),
    ("loss [90 % interval]", 308, lambda row: clipped(row.loss, 32)),
    ("limit", 386, lambda row: clipped(row.limit, 14)),
    ("n", 440, lambda row: f"{row.n:,}" if row.n else NO_VALUE),
)
_OUTCOME_X = 458


def losses(statement: Page | Path | str, *, narrow: bool = False) -> Any:
    """Return the forest plot of a statement as an Altair chart.

    Args:
        statement: its path, or its page.
        narrow: whether it is 320 pixels wide, with labels above the bars and no columns beside them.

    Raises:
        DlsError: the file cannot be read, or the extra [report] is missing.
    """
    alt = library("altair")
    page, frame = as_page(statement), _NARROW if narrow else _WIDE
    lines = plot_lines(page, frame.head, frame.line)
    height = lines[-1].top + (frame.head if lines[-1].is_head else frame.line)
    painter = _Painter(alt, frame, lines, height)
    layers = [*painter.background(), *painter.labels(), *painter.absences(), *painter.marks()]
    if not narrow:
        layers += painter.columns()
    chart = alt.layer(*layers).properties(width=frame.width, height=height, title=painter.title())
    return configured(chart).configure_title(anchor="start", color=QUIET, fontSize=11, fontWeight="normal")


class _Painter(NamedTuple):
    """The layers of the plot; `y` is in pixels from the top."""

    alt: Any
    frame: _Frame
    lines: Sequence[Line]
    height: int

    def title(self) -> Any:
        """Return the explanation above the axis."""
        if self.frame.is_narrow:
            return self.alt.TitleParams("share of the margin used up: 0 no loss, 1 at the limit", offset=10)
        text = "share of the margin used up: 0 = no loss, 1 = at the limit, beyond it = lost"
        return self.alt.TitleParams(text, offset=26)

    def background(self) -> list[Any]:
        """Return the part beyond the limit, the two reference lines, and the axis."""
        count = self.height
        tops = [line.top for line in self.lines if line.top and not line.is_part]
        rooms = [{"x": LOW, "x2": HIGH, "y": line.top, "y2": line.top + self._label_room(line)} for line in self.lines]
        return [
            *self._areas([{"x": 1, "x2": HIGH, "y": 0, "y2": count}], BEYOND),
            *self._rules([{"x": x, "x2": x, "y": 0, "y2": count} for x in (0, 1)], color=QUIET, strokeWidth=1.2),
            *self._areas(rooms if self.frame.is_narrow else [], PAPER),
            *self._rules([{"x": LOW, "x2": HIGH, "y": top, "y2": top} for top in tops], color=GRID),
        ]

    def _label_room(self, line: Line) -> int:
        return self.frame.head if line.is_head else _LABEL_ROOM

    def labels(self) -> list[Any]:
        """Return the names of dimensions and metrics."""
        x, inset = self.frame.label_x, 0 if self.frame.is_narrow else 10
        heads, parts = ([line for line in self.lines if line.is_part is is_part] for is_part in (False, True))
        return [
            *self._texts(self._labels(heads), x, align="left", fontWeight="bold", color=INK),
            *self._texts(self._labels(parts), x + inset, align="left", color=INK),
        ]

    def _labels(self, lines: Sequence[Line]) -> list[dict[str, Any]]:
        return [{"y": line.top + self.frame.label, "text": line.label} for line in lines]

    def absences(self) -> list[Any]:
        """Return a hatched band with its label for each absence."""
        lines = [(line, line.absence) for line in self.lines if line.absence is not None]
        step, top, low = (HIGH - LOW) / _HATCHES, self.frame.mark - 9, self.frame.mark + 10
        room = _LABEL_ROOM if self.frame.is_narrow else 1
        bands = [{"x": LOW, "x2": HIGH, "y": line.top + room, "y2": line.top + self.frame.line} for line, _ in lines]
        strokes = [
            {"x": LOW + step * i, "x2": LOW + step * (i + 1), "y": line.top + low, "y2": line.top + top}
            for line, _ in lines
            for i in range(_HATCHES)
        ]
        texts = [{"y": line.top + self.frame.mark, "text": absence_label(absence)} for line, absence in lines]
        notes = [{"y": line.top + self.frame.mark, "text": line.note} for line in self.lines if line.note]
        middle = self.frame.width // 2
        halo = {"stroke": PAPER, "strokeWidth": 5, "strokeJoin": "round", "color": PAPER}
        return [
            *self._areas(bands, PAPER),
            *self._rules(strokes, color=HATCH, strokeWidth=1),
            *self._texts(texts, middle, align="center", fontStyle="italic", **halo),
            *self._texts(texts, middle, align="center", color=INK, fontStyle="italic"),
            *self._texts(notes, middle, align="center", color=QUIET),
        ]

    def marks(self) -> list[Any]:
        """Return interval, value, arrows, and the numbers of targets without a scale."""
        layers: list[Any] = []
        rows = [(line.top + self.frame.mark, line.row) for line in self.lines if line.row is not None]
        for outcome, colour in COLOURS.items():
            layers += self._outcome_marks([entry for entry in rows if entry[1].outcome == outcome], colour, outcome)
        if self.frame.is_narrow:
            texts = [
                {"y": y - self.frame.mark + _OUTCOME_Y, "text": outcome_label(row), "c": COLOURS[row.outcome]}
                for y, row in rows
            ]
            layers += self._coloured(texts, self.frame.label_x, align="left")
        return layers

    def columns(self) -> list[Any]:
        """Return the numbers beside the axis, with their heads."""
        rows = [(line.top + self.frame.mark, line.row) for line in self.lines if line.row is not None]
        layers = []
        for name, x, text in _COLUMNS:
            place = self.frame.width + x
            cells = [{"y": y, "text": text(row)} for y, row in rows]
            layers += [*self._texts(cells, place, align="right", color=INK), *self._head(name, place, "right")]
        outcomes = [{"y": y, "text": outcome_label(row), "c": COLOURS[row.outcome]} for y, row in rows]
        place = self.frame.width + _OUTCOME_X
        return [*layers, *self._coloured(outcomes, place, align="left"), *self._head("outcome", place, "left")]

    def _outcome_marks(self, rows: list[tuple[float, Row]], colour: str, outcome: str) -> list[Any]:
        places = [(y, row.place) for y, row in rows if row.place is not None]
        bars = [{"x": span[0], "x2": span[1], "y": y, "y2": y} for y, place in places if (span := bar(place))]
        values = [(y, place.value) for y, place in places if place.value is not None and LOW <= place.value <= HIGH]
        notes = [{"y": y, "text": f"◇ {numbers_of(row)}"} for y, row in rows if row.place is None]
        return [
            *self._rules(bars, color=colour, strokeWidth=5, opacity=0.55, strokeCap="round"),
            *self._points([{"x": x, "y": y} for y, x in values], color=colour, shape=SHAPES[outcome]),
            *self._arrows([(y, side, text) for y, place in places for side, text in arrows(place)], colour),
            *self._texts(notes, self.frame.width // 2, align="center", color=colour),
        ]

    def _arrows(self, ends: list[tuple[float, int, str]], colour: str) -> list[Any]:
        style = {"color": colour, "fontWeight": "bold", "dy": -9, "fontSize": 10}
        left, right = ([{"y": y, "text": text} for y, end, text in ends if end == side] for side in (-1, 1))
        edge = self.frame.width - 2
        return [*self._texts(left, 2, align="left", **style), *self._texts(right, edge, align="right", **style)]

    def _head(self, name: str, x: int, align: str) -> list[Any]:
        return self._texts([{"y": 0, "text": name}], x, align=align, color=QUIET, dy=-14)

    def _coloured(self, values: list[dict[str, Any]], x: int, align: str) -> list[Any]:
        marks = self._texts(values, x, align=align, fontWeight="bold")
        return [mark.encode(color=self.alt.Color(field="c", type="nominal", scale=None, legend=None)) for mark in marks]

    def _texts(self, values: list[dict[str, Any]], x: int, **style: Any) -> list[Any]:
        return [
            chart.mark_text(**{"fontSize": 11, "baseline": "middle", **style}).encode(
                x=self.alt.value(x), y=self._y(), text=self.alt.Text(field="text", type="nominal")
            )
            for chart in self._charts(values)
        ]

    def _points(self, values: list[dict[str, Any]], **style: Any) -> list[Any]:
        charts = self._charts(values)
        return [
            chart.mark_point(filled=True, opacity=1, size=95, **style).encode(x=self._x(), y=self._y())
            for chart in charts
        ]

    def _rules(self, values: list[dict[str, Any]], **style: Any) -> list[Any]:
        return [chart.mark_rule(**style).encode(**self._span()) for chart in self._charts(values)]

    def _areas(self, values: list[dict[str, Any]], colour: str) -> list[Any]:
        return [chart.mark_rect(color=colour, opacity=1).encode(**self._span()) for chart in self._charts(values)]

    def _charts(self, values: list[dict[str, Any]]) -> list[Any]:
        """Return a chart of some values; no chart where there are none."""
        return [self.alt.Chart(self.alt.InlineData(values=values))] if values else []

    def _span(self) -> dict[str, Any]:
        return {"x": self._x(), "x2": self.alt.X2(field="x2"), "y": self._y(), "y2": self.alt.Y2(field="y2")}

    def _x(self) -> Any:
        axis = self.alt.Axis(orient="top", values=[-1, 0, 1, 2, 3], title=None, grid=False, format="d")
        return self.alt.X(
            field="x", type="quantitative", scale=self.alt.Scale(domain=[LOW, HIGH], nice=False), axis=axis
        )

    def _y(self) -> Any:
        scale = self.alt.Scale(domain=[0, self.height], reverse=True, nice=False, zero=False)
        return self.alt.Y(field="y", type="quantitative", scale=scale, axis=None)
