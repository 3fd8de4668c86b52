"""`grounding.worlds`: numbered texts about invented people; the answer and its source stand in one of them."""

import re
from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.errors import DlsError
from dls.probe import (
    SHOT_SEED,
    Check,
    Divergence,
    LogProbability,
    Measure,
    Probability,
    Probe,
    Row,
    Shot,
)
from dls.probes.shared import ties
from dls.probes.shared.answers import CONFIDENCE, VALUES, first_named, values_beside, words
from dls.probes.shared.data_files import field, row_error, sampled_rows, text
from dls.probes.shared.per_item import Inputs, T, average, count, numbered, per_item, per_record
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.vocabulary import ATTRIBUTES, NAMES
from dls.standard.numbers import LOWEST_NATS

ID = "grounding.worlds"
DISTRACTORS = (0, 2, 6)
_CITED = re.compile(r"\[ ?([0-9]{1,4}) ?\]")


class WorldItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question to a numbered text; `source` is the number of the sentence that answers it, `other` a value of another one.

    An item of a file may be about anything; `values` are then the answers that are looked for.
    """

    id: str
    distractors: int
    context: str
    question: str
    answer: str
    other: str
    source: int
    values: tuple[str, ...] = ()

    def sought(self) -> tuple[str, ...]:
        """Return the one-word answers of the kind asked for."""
        return self.values or values_beside(self.answer)

    def unsupported(self) -> frozenset[str]:
        """Return the values that the context does not hold."""
        return (frozenset(self.values) or VALUES) - frozenset(words(self.context))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> WorldItem:
    distractors = DISTRACTORS[index % len(DISTRACTORS)]
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(NAMES, distractors + 1)
    answer, other = draw.sample(attribute.values, 2)
    values = [answer, *(draw.choice([v for v in attribute.values if v != answer]) for _ in names[1:])]
    facts = draw.shuffled([attribute.state(name, value) for name, value in zip(names, values, strict=True)])
    source = 1 + facts.index(attribute.state(names[0], answer))
    return WorldItem(
        id=f"{index:06d}",
        distractors=distractors,
        context=" ".join(f"[{number}] {fact}" for number, fact in enumerate(facts, 1)),
        question=phrase(index // len(DISTRACTORS), f"{attribute.ask(names[0])}, and which source says so", phrasings),
        answer=answer,
        other=values[1] if distractors else other,
        source=source,
    )


items = numbered(ID, _item)
"""Worlds with none, two or six distracting sentences in turn."""


def _shots() -> list[Shot]:
    return [
        Shot("", f"{item.context} {item.question}", f"{item.answer} [{item.source}]") for item in items(SHOT_SEED, 3)
    ]


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[WorldItem, ...]:
    """Return ``n`` questions of a file with the fields `sources`, `question`, `answer`, `other`, `values` and `source`.

    No source is in two items: the first rows, in the order that the seed gives, of which this is true.

    Raises:
        DlsError: there are fewer rows, or one is not of this form.
    """
    item_at = {row["line"]: _item_of_row(row) for row in rows}
    units: list[WorldItem] = []
    sources: set[str] = set()
    for row in sampled_rows(ID, rows, seed, len(rows)):
        if sources.isdisjoint(row["sources"]):
            sources.update(row["sources"])
            units.append(item_at[row["line"]])
    if n > len(units):
        raise DlsError(
            f"{ID} was asked for {n} units, and its file has {len(units)} without a source in common; "
            "ask for fewer with --n"
        )
    return tuple(units[:n])


def _item_of_row(row: Row) -> WorldItem:
    sources, source = field(row, "sources", tuple[str, ...]), field(row, "source", int)
    answer, other = field(row, "answer", str), field(row, "other", str)
    values = tuple(dict.fromkeys((answer, other, *field(row, "values", tuple[str, ...]))))
    if answer == other or any(words(value) != [value] for value in values):
        raise row_error(row, f"has {', '.join(map(repr, values))} as answers; each is another word in small letters")
    if [k for k, sentence in enumerate(sources, 1) if answer in words(sentence)] != [source] or len(sources) == 1:
        raise row_error(
            row,
            f"has {len(sources)} `sources`; of two or more, {answer!r} stands in the one that `source` counts to, from 1",
        )
    context = " ".join(f"[{number}] {sentence}" for number, sentence in enumerate(sources, 1))
    if set(values) <= set(words(context)):
        raise row_error(
            row, "has no answer among its `values` that no source holds; without one nothing can be unsupported"
        )
    return WorldItem(
        f"{row['line']:06d}", len(sources) - 1, context, text(row, "question"), answer, other, source, values
    )


class WorldRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the right value and of the competing one, and the greedy answer with its confidence.

    `gap`: how far, in nats, the two likeliest tokens lie apart at the closest place of the greedy answer.
    """

    id: str
    answer: LogProbability
    other: LogProbability
    text: str
    confidence: Probability
    gap: Divergence


def _failed(item: WorldItem) -> WorldRecord:
    return WorldRecord(item.id, LOWEST_NATS, 0.0, "", 0.0, -LOWEST_NATS)


def _right_and_competing(record: WorldRecord) -> tuple[float, float]:
    return record.answer, record.other


def _right(item: WorldItem, record: WorldRecord) -> float:
    """Return 1 where the first value that the answer names is the right one, otherwise 0."""
    return float(first_named(record.text, item.sought()) == item.answer)


def _near(record: WorldRecord) -> bool:
    return ties.near(record.gap, 0.0)


def _with_distractors(inputs: Inputs[T]) -> Inputs[T]:
    """Return the entries of the items that have distracting sentences."""
    return lambda items, records: [
        entry for item, entry in zip(items, inputs(items, records), strict=True) if item.distractors
    ]


def citations(text: str) -> frozenset[int]:
    """Return the numbers of the sentences that an answer cites, written ``[2]``."""
    return frozenset(map(int, _CITED.findall(text)))


def _cited_and_supporting(item: WorldItem, record: WorldRecord) -> tuple[frozenset[int], tuple[int]]:
    return citations(record.text), (item.source,)


def _is_unsupported(item: WorldItem, record: WorldRecord) -> float:
    """Return 1 for an answer that names a value which the context does not hold, otherwise 0."""
    return float(not item.unsupported().isdisjoint(words(record.text)))


def _opens_with_value(item: WorldItem, record: WorldRecord) -> bool:
    """Return whether the answer opens with a value of the kind asked for, right or wrong.

    The margin is between two such openings: a model that ends at once or opens otherwise has a margin without effect.
    """
    return (words(record.text) or [""])[0] in item.sought()


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="grounding",
    title="Numbered texts about invented people: the answer, its source, and texts that distract",
    items=items,
    record=WorldRecord,
    failed=_failed,
    shots=_shots,
    measures=(
        Measure("context_margin", per_record(_right_and_competing)),
        Measure("context_accuracy", per_item(_right), near_ties=count(per_record(_near))),
        Measure("citation_precision", per_item(_cited_and_supporting)),
        Measure("citation_recall", per_item(_cited_and_supporting)),
        Measure(
            "distractor_robustness",
            _with_distractors(per_item(_right)),
            near_ties=count(_with_distractors(per_record(_near))),
        ),
        Measure("unsupported_claim_rate", per_item(_is_unsupported)),
    ),
    checks=(Check("answered", average(per_item(_opens_with_value))), CONFIDENCE),
    from_rows=from_rows,
    file_form=(
        '{"sources": ["…", "…"], "question": "…", "answer": "…", "other": "…", "values": ["…"], "source": 1}: the answer stands in '
        "one source, which `source` counts to, from 1; `other` is what is taken for it, `values` are further answers that are "
        "looked for, one of them in no source; each answer is one word in small letters"
    ),
)
