"""DLS309: claim repeats its manifest."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from dls.document import precision
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Interval, Loss, Measured, Reading
from dls.rules._rule import rule
from dls.standard.numbers import LAST_DIGIT

_FLIPS = ("teacher_only", "student_only")


class _Number(NamedTuple):
    """A number of a claim, the manifest's, and by how much it may lie below and above."""

    place: str
    said: Any
    made: Any
    below: float = precision.EXACT
    above: float = precision.EXACT

    def repeats(self) -> bool:
        """Whether the claim's number is the manifest's."""
        if isinstance(self.said, str) or self.made is None:
            return bool(self.said == self.made)
        return bool(self.made - self.below <= self.said <= self.made + self.above)


def _numbers(context: RuleContext, pointer: str, claim: Claim, measured: Measured) -> Iterator[_Number]:
    arm = claim.comparator
    pairs: list[tuple[str, Reading | Loss | None, Reading | Loss | None]] = [
        ("teacher" if arm == "teacher" else "reference", claim.compared, getattr(measured, arm)),
        ("student", claim.student, measured.student),
        ("pair", claim.pair, measured.pair),
        ("retention", claim.retention, measured.retention),
    ]
    if arm == "teacher":
        pairs.append(("loss", claim.loss, measured.loss))
        yield from _members(f"{pointer}/flips", claim.flips, measured.flips, _FLIPS)
    for name, said, made in pairs:
        if said is None:
            continue
        place = f"{pointer}/{name}"
        slack = precision.slack(context.document, f"{place}/value")
        yield _Number(f"{place}/value", said.value, getattr(made, "value", None), slack, slack)
        yield from _members(place, said, made, ("count", "n", "sd"))
        yield from _ends(context, f"{place}/interval", said.interval, made.interval if made else None)


def _ends(context: RuleContext, place: str, said: Interval | None, made: Interval | None) -> Iterator[_Number]:
    """Yield an interval's numbers: it may be wider by a unit of its last digit, and never narrower."""
    if said is None:
        return
    for name in ("low", "high"):
        unit = max(precision.unit(context.document.source(f"{place}/{name}")), LAST_DIGIT) + precision.EXACT
        outward = {"below" if name == "low" else "above": unit}
        yield _Number(f"{place}/{name}", getattr(said, name), getattr(made, name, None), **outward)
    yield from _members(place, said, made, ("level", "n_units", "unit", "method"))


def _members(place: str, said: Any, made: Any, names: tuple[str, ...]) -> Iterator[_Number]:
    for name in names:
        if (number := getattr(said, name, None)) is not None:
            yield _Number(f"{place}/{name}", number, getattr(made, name, None))


@rule("DLS309", spec="evidence")
def claim_repeats_its_manifest(context: RuleContext) -> Iterator[Violation]:
    """A claim's numbers are those of its manifest, at the printed precision, and its intervals no narrower.

    ## Why

    The manifest is made from the records by a program. A claim that differs was typed. Fewer digits are no way out: an interval from 0.0394 to
    0.0524 is not printed as one from 0.0 to 0.0, which would lie within every margin.
    """
    for entry in context.claims():
        pointer, claim = entry.pointer, entry.claim
        for bundle in context.claim_bundles(claim):
            assert bundle.manifest
            measured = next((m for m in bundle.manifest.metrics if m.metric == claim.metric), None)
            if measured is None:
                yield Violation(
                    f"{pointer}/metric",
                    f"claim '{claim.id}': its evidence '{bundle.evidence.id}' did not measure '{claim.metric}'",
                )
                continue
            for number in _numbers(context, pointer, claim, measured):
                if not number.repeats():
                    said = context.document.source(number.place) or number.said
                    yield Violation(number.place, f"claim '{claim.id}' says {said}; its evidence has {number.made}")
