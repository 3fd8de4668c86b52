"""`uncertainty.lottery`: draws with stated odds, which are the exact right distribution."""

from collections.abc import Sequence
from functools import partial

import msgspec

from dls.draw import Draw
from dls.probe import SHOT_SEED, Check, LogProbability, Measure, Probe, Row, Shot
from dls.probes.shared import variants
from dls.probes.shared.data_files import distinct_rows, field, row_error, sampled_rows, text
from dls.probes.shared.masses import mass
from dls.probes.shared.per_item import average, by_item, by_record, numbered
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.prefix_free import prefix_free_texts
from dls.probes.shared.vocabulary import COLOURS
from dls.standard.numbers import LOWEST_NATS

ID = "uncertainty.lottery"
BALLS = 10


class LotteryItem(msgspec.Struct, frozen=True):
    """A bag of balls: `counts[i]` of them have the colour `colours[i]`. Or another draw with several outcomes."""

    id: str
    context: str
    question: str
    colours: tuple[str, ...]
    counts: tuple[int, ...]

    def prompt(self) -> str:
        """Return the user's turn."""
        return f"{self.context} {self.question}".lstrip()


def _item(draw: Draw, index: int, phrasings: Phrasings) -> LotteryItem:
    colours = draw.sample(COLOURS, 2)
    first = draw.between(1, BALLS - 1)
    counts = (first, BALLS - first)
    balls = " and ".join(f"{count} {colour} balls" for count, colour in zip(counts, colours, strict=True))
    return LotteryItem(
        id=f"{index:06d}",
        context=f"a bag holds {balls}. one ball is drawn.",
        question=phrase(index, "which colour does it have", phrasings),
        colours=tuple(colours),
        counts=counts,
    )


items = numbered(ID, _item)
"""Bags of ten balls in two colours, one to nine of the first."""


def _shots() -> list[Shot]:
    """Draw the first colour and the second in turn, so that both are equally frequent in the prompt."""
    return [Shot("", item.prompt(), item.colours[i % 2]) for i, item in enumerate(items(SHOT_SEED, 4))]


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[LotteryItem, ...]:
    """Return ``n`` draws of a file with the fields `question`, `options` and `counts`, and perhaps `context`.

    Raises:
        DlsError: there are fewer different questions, or a row is not of this form.
    """
    item_at = {row["line"]: _item_of_row(row) for row in rows}
    candidates = variants.one_row_per_context(probe, distinct_rows(rows, "context", "question"), seed)
    return tuple(item_at[row["line"]] for row in sampled_rows(probe, candidates, seed, n))


def _item_of_row(row: Row) -> LotteryItem:
    options, counts = field(row, "options", tuple[str, ...]), field(row, "counts", tuple[int, ...])
    distinct = prefix_free_texts(row, "options", options)
    if not 1 < len(distinct) == len(options) == len(counts):
        raise row_error(
            row, f"has {len(options)} `options` and {len(counts)} `counts`; wanted a count for each of two or more"
        )
    if min(counts) < 0 or not any(counts):
        raise row_error(
            row, f"has {counts} as `counts`; wanted how often each option comes, none below 0 and not all 0"
        )
    context = field(row, "context", str) if "context" in row else ""
    return LotteryItem(f"{row['line']:06d}", context, text(row, "question"), options, counts)


class LotteryRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the bag's colours in the item's order."""

    id: str
    logprobs: tuple[LogProbability, ...]


def _failed(item: LotteryItem) -> LotteryRecord:
    return LotteryRecord(item.id, (LOWEST_NATS,) * len(item.colours))


def _odds(item: LotteryItem, record: LotteryRecord) -> tuple[list[float], list[float]]:
    """Return the stated odds of each colour, and the model's probabilities."""
    total = sum(item.counts)
    return [count / total for count in item.counts], [mass([value]) for value in record.logprobs]


def _mass(record: LotteryRecord) -> float:
    return mass(record.logprobs)


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="uncertainty",
    title="Draws from a bag with stated odds: does the model spread its answers as the bag does?",
    items=items,
    record=LotteryRecord,
    failed=_failed,
    shots=_shots,
    measures=(Measure("known_probability_error", by_item(_odds)),),
    checks=(Check("option_mass", average(by_record(_mass)), access="logprobs"),),
    from_rows=partial(items_from_rows, ID),
    file_form=(
        '{"question": "…", "options": ["…", "…"], "counts": [3, 7]}: the options come in the proportion of the '
        'counts, none is the beginning of another, and perhaps a "context"'
    ),
)
