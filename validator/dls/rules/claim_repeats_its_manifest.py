"""DLS309: claim repeats its manifest."""

from collections.abc import Iterator
from typing import Any

import msgspec

from dls.document.precision import EXACT
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Measured
from dls.rules._rule import rule

_READING = ("value", "count", "n", "sd")
_INTERVAL = ("low", "high", "level", "method", "unit", "n_units")
_FLIPS = ("teacher_only", "student_only")


class _Member(msgspec.Struct, frozen=True):
    """A member of a claim, and the manifest's; None where there is none."""

    place: str
    value: Any
    source: Any

    def repeats(self) -> bool:
        """Whether the claim has the manifest's member."""
        if isinstance(self.value, float) and isinstance(self.source, int | float):
            return abs(self.value - self.source) <= EXACT
        return bool(self.value == self.source)


def _parts(claim: Claim) -> Iterator[tuple[str, str]]:
    """Yield the name of each part of a claim that a manifest measures, and its name in the manifest."""
    if claim.comparator != "teacher":
        return iter((("reference", claim.comparator), ("student", "student")))
    return iter((name, name) for name in ("teacher", "student", "pair", "loss", "retention"))


def _members(pointer: str, claim: Claim, metric: Measured) -> Iterator[_Member]:
    for name, source_name in _parts(claim):
        part, source, place = getattr(claim, name), getattr(metric, source_name), f"{pointer}/{name}"
        yield from _compare(place, part, source, _READING)
        if part is not None and source is not None:
            yield from _compare(f"{place}/interval", part.interval, source.interval, _INTERVAL)
    if claim.comparator == "teacher":
        yield from _compare(f"{pointer}/flips", claim.flips, metric.flips, _FLIPS)


def _compare(place: str, part: Any, source: Any, names: tuple[str, ...]) -> Iterator[_Member]:
    """Yield the members of a part with those of the manifest, or the whole part where one of the two lacks it."""
    if part is None or source is None:
        lacks = part is not source
        yield from [_Member(place, part and "this", source and "it")] if lacks else []
        return
    for name in names:
        yield _Member(f"{place}/{name}", getattr(part, name, None), getattr(source, name, None))


@rule("DLS309", spec="evidence")
def claim_repeats_its_manifest(context: RuleContext) -> Iterator[Violation]:
    """A claim repeats the numbers of its manifest, all of them and digit for digit.

    ## Why

    A program makes the manifest from the records, so a claim that differs was typed by hand. Fewer digits do not excuse
    a difference: a loss of 0.1335 must not be printed as 0, nor an interval from 0.0394 to 0.0524 as one from 0.0 to
    0.0. Nor may a claim leave a member out that the manifest has. `dls draft` writes all of them.
    """
    for pointer, claim, _ in context.claims:
        for bundle in context.claim_bundles(claim):
            assert bundle.manifest
            metric = next((m for m in bundle.manifest.metrics if m.metric == claim.metric), None)
            if metric is None:
                yield Violation(
                    f"{pointer}/metric",
                    f"claim '{claim.id}': its evidence '{bundle.evidence.id}' did not measure '{claim.metric}'",
                )
                continue
            for member in _members(pointer, claim, metric):
                if not member.repeats():
                    yield Violation(member.place, _problem(context, claim, member))


def _problem(context: RuleContext, claim: Claim, member: _Member) -> str:
    name = member.place.split("/", 3)[3].replace("/", ".")
    if member.value is None:
        return f"claim '{claim.id}' leaves out {name}, and its evidence has {member.source}; add it"
    text = context.document.source(member.place) or member.value
    if member.source is None:
        return f"claim '{claim.id}' says {name} {text}; its evidence has none; leave it out"
    return f"claim '{claim.id}' says {name} {text}; its evidence has {member.source}; write that"
