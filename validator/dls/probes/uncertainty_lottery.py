"""`uncertainty.lottery`: draws with stated odds, where the right distribution is known exactly."""

from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.probe import Check, LogProbability, Measure, Probe
from dls.probes.masses import LOWEST, mass, mean
from dls.probes.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.words import COLOURS

ID = "uncertainty.lottery"
BALLS = 10


class LotteryItem(msgspec.Struct, frozen=True):
    """A bag of balls; `counts[i]` of them have the colour `colours[i]`."""

    id: str
    context: str
    question: str
    colours: tuple[str, ...]
    counts: tuple[int, ...]


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[LotteryItem, ...]:
    """Return ``n`` bags of ten balls in two colours, one to nine of the first."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> LotteryItem:
    colours = draw.sample(COLOURS, 2)
    first = draw.between(1, BALLS - 1)
    counts = (first, BALLS - first)
    held = " and ".join(f"{count} {colour} balls" for count, colour in zip(counts, colours, strict=True))
    return LotteryItem(
        id=f"{index:06d}",
        context=f"a bag holds {held}. one ball is drawn.",
        question=phrase(index, "which colour does it have", phrasings),
        colours=tuple(colours),
        counts=counts,
    )


class LotteryRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the bag's colours as the item lists them."""

    id: str
    logprobs: tuple[LogProbability, ...]


def _failed(item: LotteryItem) -> LotteryRecord:
    return LotteryRecord(item.id, (LOWEST,) * len(item.colours))


def _masses(_items: Sequence[LotteryItem], records: Sequence[LotteryRecord]) -> list[float]:
    return [mass(record.logprobs) for record in records]


def _errors(items: Sequence[LotteryItem], records: Sequence[LotteryRecord]) -> list[float]:
    """Return every bag's total variation distance to its odds, in [0, 1]; what goes to other answers is error."""
    return [
        (sum(_gaps(item, record)) + 1 - held) / 2
        for item, record, held in zip(items, records, _masses(items, records), strict=True)
    ]


def _gaps(item: LotteryItem, record: LotteryRecord) -> list[float]:
    return [abs(count / BALLS - mass([value])) for count, value in zip(item.counts, record.logprobs, strict=True)]


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="uncertainty",
    title="Draws from a bag with stated odds: does the model spread its answer as the bag does?",
    items=items,
    record=LotteryRecord,
    failed=_failed,
    measures=(Measure("known_probability_error", _errors),),
    checks=(Check("option_mass", lambda items, records: mean(_masses(items, records))),),
)
