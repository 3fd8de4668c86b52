"""DLS218: numbers are printed precisely."""

import math
from collections.abc import Iterator

import msgspec

from dls.document import precision
from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.model import Claim, Loss, Reading
from dls.rules._rule import rule
from dls.rules._walk import VALUES

_LONGEST = 40  # characters of a number in a message
_ZEROS = 100  # times the coarsest unit: programs that write JSON drop the zeros at the end


class _Number(msgspec.Struct, frozen=True):
    """A printed number of a claim, and whether the width of its interval limits the unit of its last digit."""

    place: str
    value: float
    is_limited: bool = False


def _numbers(pointer: str, claim: Claim) -> Iterator[_Number]:
    for name in (*VALUES, "loss", "retention"):
        reading, place = getattr(claim, name), f"{pointer}/{name}"
        if reading is None:
            continue
        yield _Number(f"{place}/value", reading.value, is_limited=not _is_exact(reading))
        if (deviation := getattr(reading, "sd", None)) is not None:
            yield _Number(f"{place}/sd", deviation)
        if (interval := reading.interval) is not None:
            for end in ("low", "high"):
                yield _Number(f"{place}/interval/{end}", getattr(interval, end), is_limited=True)
    for i, target in enumerate(claim.targets):
        p_values = (("p", target.p), ("adjusted_p", target.adjusted_p))
        yield from (_Number(f"{pointer}/targets/{i}/{name}", value) for name, value in p_values if value is not None)


def _is_exact(reading: Reading | Loss) -> bool:
    """Whether count and n give the value to the last bit: 0.5 is all of 50 of 100."""
    count, n = getattr(reading, "count", None), getattr(reading, "n", None)
    return count is not None and bool(n) and abs(count / n - reading.value) <= precision.EXACT


def _excerpt(source: str) -> str:
    return visible(source)[:_LONGEST]


@rule("DLS218", spec="claims")
def numbers_are_printed_precisely(context: RuleContext) -> Iterator[Violation]:
    """A number has enough digits beside its interval, and no exponent makes its last digit as large as the number.

    ## Why

    A printed number stands for all numbers that round to it. `0e1` stands for everything from -5 to 5, so it would fit
    any loss. The digits that count are two of the narrowest interval's width: one that is 0.023 wide calls for three
    decimals, and one of width 0 for the registry's `decimals`. Zeros at the end may be dropped, up to two of them.

    Transcribed numbers have the digits of their document, and no publisher can add any. A claim with its manifest at
    hand has the manifest's digits (DLS309).
    """
    for pointer, claim, metric in context.claims:
        coarsest = None if context.manifests(claim) else context.coarsest_unit(claim)
        for number in _numbers(pointer, claim):
            source = context.document.source(number.place) or ""
            unit = precision.unit(source)
            if "e" in source.lower() and unit > max(abs(number.value) - precision.EXACT, 10.0**-metric.decimals):
                problem = f"claim '{claim.id}' prints {_excerpt(source)}, whose last digit stands for {unit:g}"
                yield Violation(number.place, f"{problem}; write all its decimals, without an exponent")
            elif number.is_limited and coarsest is not None and unit > _ZEROS * coarsest + precision.EXACT:
                problem = f"claim '{claim.id}' prints {_excerpt(source)}, which is too coarse beside its interval"
                yield Violation(number.place, f"{problem}; print {-round(math.log10(coarsest))} decimals")
