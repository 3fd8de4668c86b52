"""`uncertainty.lottery`: draws with stated odds, where the right distribution is known exactly."""

from collections.abc import Sequence
from functools import partial

import msgspec

from dls.draw import Draw
from dls.probe import Check, LogProbability, Measure, Probe, Row
from dls.probes.shared import variants
from dls.probes.shared.data_files import drawn, field, refuse_repeated, refused, text
from dls.probes.shared.masses import LOWEST, mass, mean
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.prefix_free import told_apart
from dls.probes.shared.vocabulary import COLOURS

ID = "uncertainty.lottery"
BALLS = 10


class LotteryItem(msgspec.Struct, frozen=True):
    """A bag of balls; `counts[i]` of them have the colour `colours[i]`. Or something else that comes out in several ways."""

    id: str
    context: str
    question: str
    colours: tuple[str, ...]
    counts: tuple[int, ...]

    def prompt(self) -> str:
        """Return the user's turn."""
        return f"{self.context} {self.question}".lstrip()


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


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[LotteryItem, ...]:
    """Return ``n`` draws of a file with the fields `question`, `options` and `counts`, and perhaps `context`.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two ask the same.
    """
    known = {row["line"]: _item_of_row(row) for row in rows}
    refuse_repeated(rows, "context", "question")
    return tuple(known[row["line"]] for row in drawn(probe, variants.one_a_text(probe, rows, seed), seed, n))


def _item_of_row(row: Row) -> LotteryItem:
    options, counts = field(row, "options", tuple[str, ...]), field(row, "counts", tuple[int, ...])
    different = told_apart(row, "options", options)
    if not 1 < len(different) == len(options) == len(counts):
        raise refused(
            row, f"has {len(options)} `options` and {len(counts)} `counts`; wanted a count for each of two or more"
        )
    if min(counts) < 0 or not any(counts):
        raise refused(
            row, f"has {counts} as `counts`; they are how often each option comes, none below 0 and not all 0"
        )
    context = field(row, "context", str) if "context" in row else ""
    return LotteryItem(f"{row['line']:06d}", context, text(row, "question"), options, counts)


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
    total = sum(item.counts)
    return [abs(count / total - mass([value])) for count, value in zip(item.counts, record.logprobs, strict=True)]


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
    from_rows=partial(items_from_rows, ID),
    file_form=(
        '{"question": "…", "options": ["…", "…"], "counts": [3, 7]}, a count for each option, in which proportion they come, '
        'none the beginning of another, and perhaps a "context"'
    ),
)
