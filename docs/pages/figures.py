"""The drawings of the guides, as SVG inside of a page: `<!-- figure NAME -->` stands at the place of each.

A drawing that is wider than a phone has a tall form as well; the style shows one of both.
"""

import re
from collections.abc import Callable
from html import escape

_MARK = re.compile(r"^<!-- figure (\w+) -->$", re.MULTILINE)
_BOX, _GAP, _HEIGHT, _EDGE = 164, 20, 80, 4  # pixels
_TIP = (
    '<defs><marker id="tip{0}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>'
)
LOOP = (
    ("measure", "teacher and student", "the probes ask both"),
    ("publish", "dls.yaml + evidence", "the publisher"),
    ("validate", "can it be true?", "any reader, in a second"),
    ("recompute", "do the records agree?", "any reader, no model"),
    ("reproduce", "do the models agree?", "a party with both models"),
)
_LOOP_TITLE = (
    "Probes ask teacher and student. The publisher writes a statement with its evidence. Others validate it, recompute "
    "it from the records, and reproduce it from the models."
)
_LIMIT, _ZERO, _SCALE, _LABELS = 1.0, 150, 110, 112  # the margin; x of a loss of 0; pixels for a margin
LOSSES = (
    ("improved", "good", -0.85, -0.2),
    ("preserved", "good", 0.1, 0.75),
    ("inconclusive", "open", 0.45, 1.6),
    ("lost", "bad", 1.3, 2.2),
)
_LOSSES_TITLE = (
    "The place of a loss's interval decides: wholly inside the margin is preserved, across it is inconclusive, wholly "
    "beyond it is lost."
)
_LOSSES_CAPTION = "The 90 % interval of a loss, against the margin that was fixed before the measurement."


def filled(text: str) -> str:
    """Return a page with each drawing at the place of its mark.

    Raises:
        KeyError: there is no drawing of this name.
    """
    return _MARK.sub(lambda match: FIGURES[match[1]](), text)


def loop() -> str:
    """Return the way of a statement from two models to a second run: boxes in a row, on a phone in a column."""
    return f'<figure class="dls">\n{_boxes("wide", across=True)}\n{_boxes("tall", across=False)}\n</figure>'


def losses() -> str:
    """Return four intervals of a loss beside 0 and the margin, with the outcome of each."""
    bottom = 34 + 34 * len(LOSSES)
    left, right = _place(-1.0), _place(2.4)
    marks = "".join(
        f'<line class="axis {kind}" x1="{_place(at)}" y1="34" x2="{_place(at)}" y2="{bottom}"/>'
        f'<text x="{_place(at)}" y="24" text-anchor="middle">{name}</text>'
        for at, name, kind in ((0.0, "loss 0", "dash"), (_LIMIT, "margin", ""))
    )
    rows = "".join(_interval(54 + 34 * place, *entry) for place, entry in enumerate(LOSSES))
    ends = (
        f'<text class="quiet" x="{left}" y="{bottom + 20}">student better</text>'
        f'<text class="quiet" x="{right}" y="{bottom + 20}" text-anchor="end">student worse</text>'
    )
    areas = _area("good", left, _place(_LIMIT), bottom) + _area("bad", _place(_LIMIT), right, bottom)
    return "\n".join((
        '<figure class="dls">',
        f'<svg viewBox="0 0 {right + _EDGE} {bottom + 30}" role="img" aria-labelledby="interval-title">',
        f'<title id="interval-title">{escape(_LOSSES_TITLE)}</title>',
        areas + marks + rows + ends,
        "</svg>",
        f"<figcaption>{_LOSSES_CAPTION}</figcaption>",
        "</figure>",
    ))  # fmt: skip


def _boxes(shape: str, *, across: bool) -> str:
    step = (_BOX + _GAP, 0) if across else (0, _HEIGHT + _GAP)
    count = len(LOOP)
    width, height = _BOX + step[0] * (count - 1) + 2 * _EDGE, _HEIGHT + step[1] * (count - 1) + 2 * _EDGE
    places = [(_EDGE + step[0] * place, _EDGE + step[1] * place) for place in range(count)]
    boxes = "".join(_box(x, y, *words) for (x, y), words in zip(places, LOOP, strict=True))
    arrows = "".join(_arrow(x, y, shape, across=across) for x, y in places[:-1])
    head = f'<svg class="{shape}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="loop-{shape}">'
    title = f'<title id="loop-{shape}">{escape(_LOOP_TITLE)}</title>'
    return f"{head}{title}{_TIP.format(shape)}{boxes}{arrows}</svg>"


def _box(x: int, y: int, verb: str, question: str, party: str) -> str:
    middle = x + _BOX // 2
    return (
        f'<rect class="box" x="{x}" y="{y}" width="{_BOX}" height="{_HEIGHT}" rx="6"/>'
        f'<text class="strong" x="{middle}" y="{y + 24}" text-anchor="middle">{verb}</text>'
        f'<text x="{middle}" y="{y + 46}" text-anchor="middle">{question}</text>'
        f'<text class="quiet" x="{middle}" y="{y + 67}" text-anchor="middle">{party}</text>'
    )


def _arrow(x: int, y: int, shape: str, *, across: bool) -> str:
    left, top = (x + _BOX + 1, y + _HEIGHT // 2) if across else (x + _BOX // 2, y + _HEIGHT + 1)
    right, bottom = (left + _GAP - 2, top) if across else (left, top + _GAP - 2)
    ends = f'x1="{left}" y1="{top}" x2="{right}" y2="{bottom}"'
    return f'<line class="axis" {ends} marker-end="url(#tip{shape})"/>'


def _place(share: float) -> int:
    return round(_LABELS + _ZERO + _SCALE * (share - _LIMIT * 0.4))


def _area(kind: str, left: int, right: int, bottom: int) -> str:
    return f'<rect class="{kind}" x="{left}" y="34" width="{right - left}" height="{bottom - 34}" opacity="0.08"/>'


def _interval(y: int, word: str, kind: str, low: float, high: float) -> str:
    return (
        f'<text x="{_LABELS - 8}" y="{y + 5}" text-anchor="end">{word}</text>'
        f'<line class="{kind}" x1="{_place(low)}" y1="{y}" x2="{_place(high)}" y2="{y}"/>'
        f'<circle class="{kind}" cx="{_place((low + high) / 2)}" cy="{y}" r="5"/>'
    )


FIGURES: dict[str, Callable[[], str]] = {"loop": loop, "losses": losses}
