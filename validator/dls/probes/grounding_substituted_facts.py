"""`grounding.substituted_facts`: a text that contradicts common knowledge: which one does the model follow?"""

from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.probe import SHOT_SEED, Check, Measure, Probability, Probe, Row, Shot
from dls.probes.shared import ties, variants
from dls.probes.shared.answers import CONFIDENCE, first_value, words
from dls.probes.shared.data_files import distinct_rows, field, row_error, sampled_rows, text
from dls.probes.shared.hidden_words import closed_kind
from dls.probes.shared.per_item import average, by_item, by_record, count, numbered
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.vocabulary import COLOURS, FACTS
from dls.probes.shared.whole_answers import AnswerReading, WholeAnswer
from dls.standard.numbers import LOWEST_NATS

ID = "grounding.substituted_facts"


class FactItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A thing, its colour in the text and its colour in the world; `closed_book` asks for the latter.

    An item of a file may be about anything; `values` are then the possible answers.
    """

    id: str
    context: str
    question: str
    closed_book: str
    stated: str
    known: str
    values: tuple[str, ...] = ()

    def prompt(self) -> str:
        """Return the user's turn that asks by the tale."""
        return f"{self.context} {self.question}"

    def possible_answers(self) -> tuple[str, ...]:
        """Return the one-word answers to look for in a model's text."""
        return self.values or COLOURS


def _item(draw: Draw, index: int, phrasings: Phrasings) -> FactItem:
    thing = draw.choice(tuple(FACTS))
    colour = draw.choice([colour for colour in COLOURS if colour != FACTS[thing]])
    return FactItem(
        id=f"{index:06d}",
        context=f"in this tale, {thing} is {colour}.",
        question=phrase(index, f"by the tale, which colour is {thing}", phrasings),
        closed_book=phrase(index, f"which colour is {thing}", phrasings),
        stated=colour,
        known=FACTS[thing],
    )


items = numbered(ID, _item)
"""Substituted facts."""


def _shots() -> list[Shot]:
    """Follow a tale and remember the world in turn."""
    shots = []
    for by_tale, closed_book in zip(*[iter(items(SHOT_SEED, 4))] * 2, strict=True):
        shots.append(Shot("", by_tale.prompt(), by_tale.stated))
        shots.append(Shot("", closed_book.closed_book, closed_book.known))
    return shots


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[FactItem, ...]:
    """Return ``n`` facts of a file: `context`, `question`, `closed_book`, `stated`, `known` and `values`.

    Raises:
        DlsError: there are fewer different questions, or a row is not of this form.
    """
    item_at = {row["line"]: _item_of_row(row) for row in rows}
    candidates = variants.one_row_per_context(ID, distinct_rows(rows, "context", "question"), seed)
    return tuple(item_at[row["line"]] for row in sampled_rows(ID, candidates, seed, n))


def _item_of_row(row: Row) -> FactItem:
    tale, fact, context = field(row, "stated", str), field(row, "known", str), text(row, "context")
    values = tuple(dict.fromkeys((tale, fact, *field(row, "values", tuple[str, ...]))))
    if any(words(value) != [value] for value in values):
        raise row_error(row, f"has {', '.join(map(repr, values))} as answers; each is one word in small letters")
    if tale == fact or tale not in words(context) or fact in words(context):
        raise row_error(row, f"has a `context` that does not say {tale!r} alone; it holds `stated`, and not `known`")
    return FactItem(f"{row['line']:06d}", context, text(row, "question"), text(row, "closed_book"), tale, fact, values)


class FactRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The greedy answers: to the question by the tale, with its confidence, and to the same question without it."""

    id: str
    by_tale: WholeAnswer
    closed_book: str
    confidence: Probability


def _failed(item: FactItem) -> FactRecord:
    return FactRecord(item.id, WholeAnswer(item.known, ended=True, gap=-LOWEST_NATS), "", 0.0)


def _holds(item: FactItem, record: FactRecord) -> float:
    """Return 1 where the whole answer names the stated value alone, otherwise 0."""
    return float(AnswerReading(closed_kind(item.possible_answers()), item.stated, item.prompt()).holds(record.by_tale))


def _known_and_stated(item: FactItem, record: FactRecord) -> tuple[float, float]:
    """Return whether the first value that the answer names is the known one, and whether it is the stated one."""
    value = first_value(record.by_tale.after_thought, item.possible_answers())
    return float(value == item.known), float(value == item.stated)


def _near(record: FactRecord) -> bool:
    return ties.near(record.by_tale.gap, 0.0)


def _knows(item: FactItem, record: FactRecord) -> bool:
    """Return whether the model knows the fact: an unknown fact cannot mislead it."""
    return first_value(record.closed_book, item.possible_answers()) == item.known


def _answers(item: FactItem, record: FactRecord) -> float:
    return sum(_known_and_stated(item, record))


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="grounding",
    title="A tale that contradicts common knowledge: does the model follow the tale or its memory?",
    items=items,
    record=FactRecord,
    failed=_failed,
    shots=_shots,
    measures=(
        Measure("answer_holds", by_item(_holds), near_ties=count(by_record(_near))),
        Measure("memorisation_ratio", by_item(_known_and_stated), near_ties=count(by_record(_near))),
    ),
    checks=(
        Check("closed_book_accuracy", average(by_item(_knows))),
        Check("answered", average(by_item(_answers))),
        CONFIDENCE,
    ),
    from_rows=from_rows,
    file_form=(
        '{"context": "…", "question": "…", "closed_book": "…", "stated": "…", "known": "…", "values": ["…"]}: '
        "the answer that the context states, the known answer, and further possible answers, each one word in small "
        "letters; `closed_book` asks for the known answer without the context"
    ),
)
