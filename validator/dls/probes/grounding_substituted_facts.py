"""`grounding.substituted_facts`: a text that contradicts what everybody knows; whom does the model follow?"""

from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.probe import Check, Divergence, Measure, Probability, Probe, Row
from dls.probes.shared import ties, variants
from dls.probes.shared.answers import CONFIDENCE, first_named, words
from dls.probes.shared.data_files import drawn, field, refuse_repeated, refused, text
from dls.probes.shared.masses import LOWEST, mean
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.vocabulary import COLOURS, FACTS

ID = "grounding.substituted_facts"


class FactItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A thing, its colour in the text and its colour in the world; `closed_book` asks for the latter.

    An item of a file may be about something else than colours; `values` are then the answers that are looked for.
    """

    id: str
    context: str
    question: str
    closed_book: str
    stated: str
    known: str
    values: tuple[str, ...] = ()

    def sought(self) -> tuple[str, ...]:
        """Return the one-word answers among which the first one that is named is looked for."""
        return self.values or COLOURS


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[FactItem, ...]:
    """Return ``n`` substituted facts."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> FactItem:
    thing = draw.choice(tuple(FACTS))
    stated = draw.choice([colour for colour in COLOURS if colour != FACTS[thing]])
    return FactItem(
        id=f"{index:06d}",
        context=f"in this tale, {thing} is {stated}.",
        question=phrase(index, f"by the tale, which colour is {thing}", phrasings),
        closed_book=phrase(index, f"which colour is {thing}", phrasings),
        stated=stated,
        known=FACTS[thing],
    )


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[FactItem, ...]:
    """Return ``n`` facts of a file with the fields `context`, `question`, `closed_book`, `stated`, `known` and `values`.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two ask the same.
    """
    known = {row["line"]: _item_of_row(row) for row in rows}
    refuse_repeated(rows, "context", "question")
    return tuple(known[row["line"]] for row in drawn(ID, variants.one_a_text(ID, rows, seed), seed, n))


def _item_of_row(row: Row) -> FactItem:
    stated, known, context = field(row, "stated", str), field(row, "known", str), text(row, "context")
    values = tuple(dict.fromkeys((stated, known, *field(row, "values", tuple[str, ...]))))
    if any(words(value) != [value] for value in values):
        raise refused(row, f"has {', '.join(map(repr, values))} as answers; each is one word in small letters")
    if stated == known or stated not in words(context) or known in words(context):
        raise refused(row, f"has a `context` that does not say {stated!r} alone; it holds `stated`, and not `known`")
    return FactItem(
        f"{row['line']:06d}", context, text(row, "question"), text(row, "closed_book"), stated, known, values
    )


class FactRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The greedy answers: to the question by the tale, with its confidence, and to the same question without it.

    `gap`: how far, in nats, the two likeliest tokens lie apart at the closest place of the answer by the tale.
    """

    id: str
    by_tale: str
    closed_book: str
    confidence: Probability
    gap: Divergence


Items = Sequence[FactItem]
Records = Sequence[FactRecord]


def _failed(item: FactItem) -> FactRecord:
    return FactRecord(item.id, item.known, "", 0.0, -LOWEST)


def _known_and_stated(items: Items, records: Records) -> list[tuple[float, float]]:
    """Return for every item whether the first colour of the answer is the known one, and whether it is the stated one."""
    named = [first_named(record.by_tale, item.sought()) for item, record in zip(items, records, strict=True)]
    return [(float(n == item.known), float(n == item.stated)) for item, n in zip(items, named, strict=True)]


def _near_ties(_items: Items, records: Records) -> int:
    return sum(ties.near(record.gap, 0.0) for record in records)


def _closed_book_accuracy(items: Items, records: Records) -> float:
    """Return how many of the facts the model knows: whoever knows none cannot be led astray by them."""
    return mean(
        [float(first_named(r.closed_book, item.sought()) == item.known) for item, r in zip(items, records, strict=True)]
    )


def _answered(items: Items, records: Records) -> float:
    return mean([known + stated for known, stated in _known_and_stated(items, records)])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="grounding",
    title="A tale that contradicts what everybody knows: does the model follow the tale or its memory?",
    items=items,
    record=FactRecord,
    failed=_failed,
    measures=(Measure("memorisation_ratio", _known_and_stated, near_ties=_near_ties),),
    checks=(Check("closed_book_accuracy", _closed_book_accuracy), Check("answered", _answered), CONFIDENCE),
    from_rows=from_rows,
    file_form=(
        '{"context": "…", "question": "…", "closed_book": "…", "stated": "…", "known": "…", "values": ["…"]}: what the context '
        "states against what is known, and other answers that are looked for, each one word in small letters; `closed_book` "
        "asks for what is known without the context"
    ),
)
