"""DLS218: numbers are printed precisely."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from dls.document import precision
from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.judging.judgement import MetricClaim
from dls.model import Loss, Reading
from dls.rules._rule import rule
from dls.rules._walk import VALUES

_SIGNIFICANT = 2  # digits of an interval's width
_LONGEST = 40  # characters of a number in a message


class _Number(NamedTuple):
    """A printed number of a claim, and the coarsest unit that its last digit may have; None for any."""

    place: str
    value: float
    coarsest: float | None = None


def _coarsest(entry: MetricClaim, reading: Reading | Loss) -> float | None:
    """Return the coarsest unit for a value and its interval: two digits of the width, and no finer than the registry.

    None without an interval: no outcome follows from such a value.
    """
    if (interval := reading.interval) is None:
        return None
    finest, width = 10.0**-entry.metric.decimals, interval.high - interval.low
    if width <= precision.EXACT:
        return finest
    return max(finest, 10.0 ** (math.floor(math.log10(width) + precision.EXACT) + 1 - _SIGNIFICANT))


def _numbers(entry: MetricClaim, *, bounded: bool) -> Iterator[_Number]:
    """Yield the printed numbers of a claim; those with an interval are ``bounded`` by its width."""
    for name in (*VALUES, "loss", "retention"):
        reading, place = getattr(entry.claim, name), f"{entry.pointer}/{name}"
        if reading is None:
            continue
        coarsest = _coarsest(entry, reading) if bounded else None
        yield _Number(f"{place}/value", reading.value, coarsest)
        if (deviation := getattr(reading, "sd", None)) is not None:
            yield _Number(f"{place}/sd", deviation)
        if reading.interval is not None:
            yield _Number(f"{place}/interval/low", reading.interval.low, coarsest)
            yield _Number(f"{place}/interval/high", reading.interval.high, coarsest)
    for i, target in enumerate(entry.claim.targets):
        for name in ("p", "adjusted_p"):
            if (value := getattr(target, name)) is not None:
                yield _Number(f"{entry.pointer}/targets/{i}/{name}", value)


@rule("DLS218", spec="claims")
def numbers_are_printed_precisely(context: RuleContext) -> Iterator[Violation]:
    """A number is printed with two digits of its interval's width, and no exponent makes its unit as large as itself.

    ## Why

    A printed number stands for all numbers that round to it. `0e1` stands for everything from -5 to 5, so it would fit
    any loss. An interval that is 0.023 wide calls for three decimals, and one of width 0 for the registry's `decimals`.
    Transcribed numbers have the digits of their document, and no publisher can add any.
    """
    for entry in context.claims:
        bounded = "transcribed" not in context.kinds(entry.claim)
        for place, value, coarsest in _numbers(entry, bounded=bounded):
            source = context.document.source(place) or ""
            unit, text = precision.unit(source), visible(source)[:_LONGEST]
            if "e" in source.lower() and unit > max(abs(value) - precision.EXACT, 10.0**-entry.metric.decimals):
                problem = f"claim '{entry.claim.id}' prints {text}, whose last digit stands for {unit:g}"
                yield Violation(place, f"{problem}; write the number out, with its decimals and without an exponent")
            elif coarsest is not None and unit > coarsest + precision.EXACT:
                decimals = -round(math.log10(coarsest))
                problem = f"claim '{entry.claim.id}' prints {text}, too few digits beside its interval"
                yield Violation(place, f"{problem}; print {decimals} decimals")
