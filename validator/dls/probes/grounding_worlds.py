"""`grounding.worlds`: numbered texts about invented people; one of them holds the answer and is its source."""

from collections.abc import Sequence
from operator import attrgetter

import msgspec

from dls.draw import Draw
from dls.errors import DlsError
from dls.probe import SHOT_SEED, Check, LogProbability, Measure, Probability, Probe, Row, Shot
from dls.probes.shared import ties
from dls.probes.shared.answers import CONFIDENCE, VALUES, first_value, values_beside, words
from dls.probes.shared.data_files import field, row_error, sampled_rows, text
from dls.probes.shared.hidden_words import closed_kind
from dls.probes.shared.numbered_sources import citations, names_source_alone
from dls.probes.shared.per_item import average, by_item, by_record, count, numbered, where
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.vocabulary import ATTRIBUTES, NAMES
from dls.probes.shared.whole_answers import AnswerReading, WholeAnswer
from dls.standard.numbers import LOWEST_NATS

ID = "grounding.worlds"
DISTRACTORS = (0, 2, 6)
_HAS_DISTRACTORS = attrgetter("distractors")


class WorldItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question about numbered sentences; `source` is the number of the right one, `other` a competing value.

    An item of a file may be about anything; `values` are then the possible answers, and `citation` is false where the
    question does not ask for the source.
    """

    id: str
    distractors: int
    context: str
    question: str
    answer: str
    other: str
    source: int
    values: tuple[str, ...] = ()
    citation: bool = True

    def prompt(self) -> str:
        """Return the user's turn."""
        return f"{self.context} {self.question}"

    def possible_answers(self) -> tuple[str, ...]:
        """Return the one-word answers of the question's kind."""
        return self.values or values_beside(self.answer)

    def unsupported(self) -> frozenset[str]:
        """Return the values that the context does not hold."""
        return (frozenset(self.values) or VALUES) - frozenset(words(self.context))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> WorldItem:
    distractors = DISTRACTORS[index % len(DISTRACTORS)]
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(NAMES, distractors + 1)
    answer, competitor = draw.sample(attribute.values, 2)
    values = [answer, *(draw.choice([v for v in attribute.values if v != answer]) for _ in names[1:])]
    facts = draw.shuffled([attribute.state(name, value) for name, value in zip(names, values, strict=True)])
    source = 1 + facts.index(attribute.state(names[0], answer))
    return WorldItem(
        id=f"{index:06d}",
        distractors=distractors,
        context=" ".join(f"[{number}] {fact}" for number, fact in enumerate(facts, 1)),
        question=phrase(index // len(DISTRACTORS), f"{attribute.ask(names[0])}, and which source says so", phrasings),
        answer=answer,
        other=values[1] if distractors else competitor,
        source=source,
    )


items = numbered(ID, _item)
"""Worlds with none, two or six distracting sentences in turn."""


def _shots() -> list[Shot]:
    return [Shot("", item.prompt(), f"{item.answer} [{item.source}]") for item in items(SHOT_SEED, 3)]


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[WorldItem, ...]:
    """Return ``n`` questions of a file with the fields `sources`, `question`, `answer`, `other`, `values` and `source`.

    A row may also have `citation`. No source is in two items. The rows come in the order that the seed gives, without
    those that share a source with an earlier one.

    Raises:
        DlsError: there are fewer rows, or one is not of this form.
    """
    item_at = {row["line"]: _item_of_row(row) for row in rows}
    distinct: list[WorldItem] = []
    sources: set[str] = set()
    for row in sampled_rows(ID, rows, seed, len(rows)):
        if sources.isdisjoint(row["sources"]):
            sources.update(row["sources"])
            distinct.append(item_at[row["line"]])
    if n > len(distinct):
        raise DlsError(
            f"{ID} was asked for {n} units, and its file has {len(distinct)} without a source in common; "
            "ask for fewer with --n"
        )
    return tuple(distinct[:n])


def _item_of_row(row: Row) -> WorldItem:
    sources, source = field(row, "sources", tuple[str, ...]), field(row, "source", int)
    answer, competitor = field(row, "answer", str), field(row, "other", str)
    values = tuple(dict.fromkeys((answer, competitor, *field(row, "values", tuple[str, ...]))))
    if answer == competitor or any(words(value) != [value] for value in values):
        raise row_error(row, f"has {', '.join(map(repr, values))} as answers; each is another word in small letters")
    if [k for k, sentence in enumerate(sources, 1) if answer in words(sentence)] != [source] or len(sources) == 1:
        raise row_error(
            row,
            f"has {len(sources)} `sources`; of two or more, {answer!r} stands only in number `source`, counted from 1",
        )
    context = " ".join(f"[{number}] {sentence}" for number, sentence in enumerate(sources, 1))
    if set(values) <= set(words(context)):
        raise row_error(row, "has no answer among its `values` that no source holds; add an unsupported one")
    question, citation = text(row, "question"), "citation" not in row or field(row, "citation", bool)
    return WorldItem(
        f"{row['line']:06d}", len(sources) - 1, context, question, answer, competitor, source, values, citation
    )


class WorldRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the right and of the competing value, and the greedy reply with its confidence."""

    id: str
    answer: LogProbability
    other: LogProbability
    reply: WholeAnswer
    confidence: Probability


def _failed(item: WorldItem) -> WorldRecord:
    return WorldRecord(item.id, LOWEST_NATS, 0.0, WholeAnswer("", ended=True, gap=-LOWEST_NATS), 0.0)


def _near(record: WorldRecord) -> bool:
    return ties.near(record.reply.gap, 0.0)


def _holds(item: WorldItem, record: WorldRecord) -> float:
    """Return 1 where the whole reply names the right value alone and its source alone, otherwise 0."""
    values, reply = item.possible_answers(), record.reply.after_thought
    reading = AnswerReading(closed_kind(values), item.answer, item.prompt())
    is_cited = bool(citations(reply)) or not item.citation
    is_alone = names_source_alone(reply, item.source, item.distractors + 1, values)
    return float(reading.holds(record.reply) and is_cited and is_alone)


def _right(item: WorldItem, record: WorldRecord) -> float:
    """Return 1 where the first value that the reply names is the right one, otherwise 0."""
    return float(first_value(record.reply.after_thought, item.possible_answers()) == item.answer)


def _citations_and_sources(item: WorldItem, record: WorldRecord) -> tuple[frozenset[int], tuple[int]]:
    return citations(record.reply.after_thought), (item.source,)


def _is_unsupported(item: WorldItem, record: WorldRecord) -> float:
    """Return 1 for a reply that names a value that the context does not hold, otherwise 0."""
    return float(not item.unsupported().isdisjoint(words(record.reply.after_thought)))


def _opens_with_value(item: WorldItem, record: WorldRecord) -> bool:
    """Return whether the reply opens with a value of the question's kind, right or wrong.

    The margin is between two such openings. It has no effect in a model that ends at once or opens in another way.
    """
    return (words(record.reply.after_thought) or [""])[0] in item.possible_answers()


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="grounding",
    title="Numbered texts about invented people: the answer, its source, and distracting texts",
    items=items,
    record=WorldRecord,
    failed=_failed,
    shots=_shots,
    measures=(
        Measure("context_margin", by_record(attrgetter("answer", "other"))),
        Measure("answer_holds", by_item(_holds), near_ties=count(by_record(_near))),
        Measure("context_accuracy", by_item(_right), near_ties=count(by_record(_near))),
        Measure("citation_precision", by_item(_citations_and_sources)),
        Measure("citation_recall", by_item(_citations_and_sources)),
        Measure(
            "distractor_robustness",
            where(_HAS_DISTRACTORS, by_item(_right)),
            near_ties=count(where(_HAS_DISTRACTORS, by_record(_near))),
        ),
        Measure("unsupported_claim_rate", by_item(_is_unsupported)),
    ),
    checks=(Check("answered", average(by_item(_opens_with_value))), CONFIDENCE),
    from_rows=from_rows,
    file_form=(
        '{"sources": ["…", "…"], "question": "…", "answer": "…", "other": "…", "values": ["…"], "source": 1}: the '
        "answer stands in source number `source`, counted from 1, and in no other one; `other` is a competing answer; "
        "`values` are further possible answers, one of them in no source; each answer is one word in small letters; "
        '"citation" is false where the question does not ask for the source'
    ),
)
