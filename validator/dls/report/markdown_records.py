"""What the records beside a statement show, as Markdown: lost items with both answers, and curves as tables."""

from collections.abc import Iterator, Sequence

from dls.page.view import Confidence, DriftCurve, LostItem, LostItems, Page
from dls.report.markdown_forms import plain, table

_COVERAGES = (0.25, 0.5, 0.75, 1.0)  # shares of the items, the surest first
_POSITIONS = 6  # of a text that a table shows, at most


def record_lines(page: Page) -> Iterator[str]:
    """Yield the lines of everything that was read from the records; none without records."""
    records = page.records
    if not (records.lost_items or records.confidence or records.divergence or records.problems):
        return
    yield "## From the records"
    yield ""
    for entry in records.lost_items:
        yield from _lost_items(entry)
    for confidence in records.confidence:
        yield from _confidence(confidence)
    for curve in records.divergence:
        yield from _divergence(curve)
    yield from (f"- Not shown: {plain(problem)}" for problem in records.problems)
    yield ""


def _lost_items(entry: LostItems) -> Iterator[str]:
    name = f"{plain(entry.title)} ({plain(entry.probe)})"
    if not entry.count:
        yield f"The student does worse on no unit of {name}."
        yield ""
        return
    yield f"### {name}: where the student does worse"
    yield ""
    yield f"{entry.count:,} of {entry.units:,} units; the clearest, made again from the seed:"
    yield ""
    for item in entry.examples:
        yield from _item(item)
    yield ""


def _item(item: LostItem) -> Iterator[str]:
    yield f"- item {plain(item.id)}"
    parts = (*item.question, ("Teacher", item.teacher), ("Student", item.student))
    yield from (f"  - {plain(name)}: {plain(text)}" for name, text in parts)
    if item.right is not None:
        yield f"  - Right: {plain(item.right)}"


def _confidence(entry: Confidence) -> Iterator[str]:
    yield f"### Confidence and right answers on {entry.n:,} items of {plain(entry.probe)}"
    yield ""
    yield "Each line is a tenth of the items, from the least to the most confident. A model is too sure where fewer are"
    yield "right than its confidence says."
    yield ""
    heads = ("items", *(f"{model.arm}: {column}" for model in entry.models for column in ("confidence", "right")))
    bins = zip(*(model.bins for model in entry.models), strict=False)
    rows = ((f"{row[0].n:,}", *(f"{n:.2f}" for b in row for n in (b.confidence, b.accuracy))) for row in bins)
    yield from table(heads, rows)
    yield "Share of wrong answers when only the surest are given:"
    yield ""
    shares = tuple(f"surest {share:.0%}" for share in _COVERAGES)
    yield from table(("model", *shares), ((model.arm, *_risks(model.risk)) for model in entry.models))


def _risks(risk: Sequence[tuple[float, float]]) -> Iterator[str]:
    for share in _COVERAGES:
        yield f"{min(risk, key=lambda point: abs(point[0] - share))[1]:.3f}"


def _divergence(curve: DriftCurve) -> Iterator[str]:
    yield f"### Divergence along the student's own text, on the items of {plain(curve.probe)}"
    yield ""
    last = len(curve.means) - 1
    places = sorted({round(i * last / (_POSITIONS - 1)) for i in range(_POSITIONS)})
    rows = ((f"{place + 1}", f"{curve.means[place]:.4f}", f"{curve.counts[place]:,}") for place in places)
    yield from table(("position", "mean divergence, nats", "texts"), rows)
