"""DLS309: claim repeats its manifest."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from dls.document import precision
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Loss, Measured, PrintedInterval, Reading
from dls.rules._rule import rule
from dls.standard.numbers import LAST_DIGIT

_FLIPS = ("teacher_only", "student_only")


class _Number(NamedTuple):
    """A number of a claim, the manifest's number, and how far the first may lie below and above the second."""

    place: str
    value: Any
    source: Any
    below: float = precision.EXACT
    above: float = precision.EXACT

    def repeats(self) -> bool:
        """Whether the claim's number is the manifest's."""
        if isinstance(self.value, str) or self.source is None:
            return bool(self.value == self.source)
        return bool(self.source - self.below <= self.value <= self.source + self.above)


def _numbers(context: RuleContext, pointer: str, claim: Claim, metric: Measured) -> Iterator[_Number]:
    arm = claim.comparator
    pairs: list[tuple[str, Reading | Loss | None, Reading | Loss | None]] = [
        ("teacher" if arm == "teacher" else "reference", claim.baseline, getattr(metric, arm)),
        ("student", claim.student, metric.student),
        ("pair", claim.pair, metric.pair),
        ("retention", claim.retention, metric.retention),
    ]
    if arm == "teacher":
        pairs.append(("loss", claim.loss, metric.loss))
        yield from _members(f"{pointer}/flips", claim.flips, metric.flips, _FLIPS)
    for name, part, source in pairs:
        if part is None:
            continue
        place = f"{pointer}/{name}"
        slack = precision.slack(context.document, f"{place}/value")
        yield _Number(f"{place}/value", part.value, getattr(source, "value", None), slack, slack)
        yield from _members(place, part, source, ("count", "n", "sd"))
        yield from _ends(context, f"{place}/interval", part.interval, source.interval if source else None)


def _ends(
    context: RuleContext, place: str, interval: PrintedInterval | None, source: PrintedInterval | None
) -> Iterator[_Number]:
    """Yield an interval's numbers: it may be wider by a unit of its last digit, and never narrower."""
    if interval is None:
        return
    for name in ("low", "high"):
        unit = max(precision.unit(context.document.source(f"{place}/{name}")), LAST_DIGIT) + precision.EXACT
        outward = {"below" if name == "low" else "above": unit}
        yield _Number(f"{place}/{name}", getattr(interval, name), getattr(source, name, None), **outward)
    yield from _members(place, interval, source, ("level", "n_units", "unit", "method"))


def _members(place: str, part: Any, source: Any, names: tuple[str, ...]) -> Iterator[_Number]:
    for name in names:
        if (value := getattr(part, name, None)) is not None:
            yield _Number(f"{place}/{name}", value, getattr(source, name, None))


@rule("DLS309", spec="evidence")
def claim_repeats_its_manifest(context: RuleContext) -> Iterator[Violation]:
    """A claim repeats the numbers of its manifest at the printed precision, and its intervals are no narrower.

    ## Why

    A program makes the manifest from the records, so a claim that differs was typed by hand. Fewer digits do not excuse
    a difference. An interval from 0.0394 to 0.0524 must not be printed as one from 0.0 to 0.0, which lies within every
    margin.
    """
    for entry in context.claims:
        pointer, claim = entry.pointer, entry.claim
        for bundle in context.claim_bundles(claim):
            assert bundle.manifest
            metric = next((m for m in bundle.manifest.metrics if m.metric == claim.metric), None)
            if metric is None:
                yield Violation(
                    f"{pointer}/metric",
                    f"claim '{claim.id}': its evidence '{bundle.evidence.id}' did not measure '{claim.metric}'",
                )
                continue
            for number in _numbers(context, pointer, claim, metric):
                if not number.repeats():
                    text = context.document.source(number.place) or number.value
                    yield Violation(number.place, f"claim '{claim.id}' says {text}; its evidence has {number.source}")
