"""`boundary.twins`: a text that holds the answer, and the same text without that sentence."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from dls.draw import Draw
from dls.probe import SHOT_SEED, Check, MakeItems, Probe, Row, Shot
from dls.probes.shared import squad_rows, twins, variants
from dls.probes.shared.abstention import AbstentionRecord, abstention_measures, p_abstain
from dls.probes.shared.data_files import field, refuse_duplicates, text
from dls.probes.shared.hidden_words import Kind, closed_kind
from dls.probes.shared.masses import mass
from dls.probes.shared.per_item import average, by_record, numbered_pairs
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.prefix_free import prefix_free_texts, without_extensions
from dls.probes.shared.spellings import FORM, Spellings, spellings_of_row
from dls.probes.shared.vocabulary import ATTRIBUTES, NAMES, NOT_STATED, Attribute
from dls.probes.shared.whole_answers import AnswerReading, TextPair, failed_texts, twin_whole
from dls.standard.numbers import LOWEST_NATS

ID = "boundary.twins"
PEOPLE = 5


class TwinItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of two twins; `answer` is the value in the text, and "not stated" in the twin that lacks the sentence.

    An item of a file has `spellings`: the values that an answer may name.
    """

    id: str
    cluster: str
    context: str
    question: str
    values: tuple[str, ...]
    answer: str
    spellings: Spellings = ()

    def prompt(self) -> str:
        """Return the user's turn."""
        return f"{self.context} {self.question}"


class Fact(NamedTuple):
    """One sentence of a text: a person has a value of an attribute."""

    attribute: Attribute
    name: str
    value: str

    def sentence(self) -> str:
        """Return the sentence."""
        return self.attribute.state(self.name, self.value)


def _twins(draw: Draw, index: int, phrasings: Phrasings) -> tuple[TwinItem, TwinItem]:
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(NAMES, PEOPLE)
    values = [draw.choice(attribute.values) for _ in names]
    place = draw.below(PEOPLE)
    facts = [Fact(attribute, name, value) for name, value in zip(names, values, strict=True)]
    return fact_twins(facts, place, index, phrasings)


def fact_twins(facts: Sequence[Fact], place: int, index: int, phrasings: Phrasings) -> tuple[TwinItem, TwinItem]:
    """Return both twins of a question about the fact at an index: the text with its sentence, and without it."""
    attribute, name, value = facts[place]
    cluster, sentences = f"{index:06d}", [fact.sentence() for fact in facts]
    question = phrase(index, f"{attribute.ask(name)}, or is it {NOT_STATED}", phrasings)

    def twin(variant: str, text: list[str], answer: str) -> TwinItem:
        return TwinItem(f"{cluster}/{variant}", cluster, " ".join(text), question, attribute.values, answer)

    without = sentences[:place] + sentences[place + 1 :]
    return twin("answerable", sentences, value), twin("unanswerable", without, NOT_STATED)


items = numbered_pairs(ID, _twins)
"""Both twins of each unit, the answerable one first."""


def shots(make: MakeItems, units: int) -> list[Shot]:
    """Solve the answerable twin of one unit, the unanswerable one of the next, and so on."""
    return [Shot("", item.prompt(), item.answer) for item in twins.alternating(make(SHOT_SEED, units))]


FILE_FORM = (
    '{"context": "…", "question": "…", "answers": {"text": ["…"]}, "values": ["…", "…"]}, the form of SQuAD 2.0 and '
    "the answers that are scored beside the right one; no text where the context does not hold the answer, "
    f'perhaps {FORM}; and "pair": "…" in every row where two questions form a pair'
)


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[TwinItem, ...]:
    """Return ``n`` units of a question that its context answers and one that it does not: 2n items, in turn.

    Rows have the fields `context`, `question`, `answers` and `values`, and perhaps `aliases`, `is_impossible` and
    `pair`. No context is in two units.

    Raises:
        DlsError: a variant has fewer rows, a row is not of this form, or two are the same question.
    """
    item_at = {row["line"]: _item_of_row(row) for row in rows}
    refuse_duplicates(rows, "context", "question")
    pairs = variants.sampled_pairs_of_contexts(
        probe, rows, lambda row: item_at[row["line"]].answer == NOT_STATED, seed, n
    )
    return variants.items_of_pairs(pairs, item_at)


def _item_of_row(row: Row) -> TwinItem:
    answers = squad_rows.squad_answers(row)
    right = without_extensions(answers)
    values = prefix_free_texts(row, "values", (*right, *field(row, "values", tuple[str, ...])), beside=(NOT_STATED,))
    question = f"{text(row, 'question').rstrip(' ?')}, or is it {NOT_STATED}?"
    wrong = [(value,) for value in values if value not in answers]
    spellings = spellings_of_row(row, [(*right, *answers), *wrong] if answers else wrong)
    return TwinItem("", "", text(row, "context"), question, values, (*right, NOT_STATED)[0], spellings)


class TwinRecord(AbstentionRecord, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the values in the item's order, and of "not stated"; and the generated answers."""

    texts: TextPair


def failed(item: TwinItem) -> TwinRecord:
    """Return the record of a model that abstains exactly where the text holds the answer, and is mute there."""
    invents = item.answer == NOT_STATED
    value, abstain = (0.0, LOWEST_NATS) if invents else (LOWEST_NATS, 0.0)
    texts = failed_texts(item.values[0] if invents else "")
    return TwinRecord(item.id, (value, *(LOWEST_NATS for _ in item.values[1:])), abstain, texts)


def reading(item: TwinItem) -> AnswerReading:
    """Return a reading for every value that the item names, of which none may stand in an answer without evidence."""
    kind = Kind(item.spellings) if item.spellings else closed_kind(item.values)
    return AnswerReading(kind, None if item.answer == NOT_STATED else item.answer, item.prompt())


def _mass(record: TwinRecord) -> float:
    """Return the probability of all scored answers."""
    return mass([record.abstain, *record.values])


def _reaction_mass(items: Sequence[TwinItem], records: Sequence[TwinRecord]) -> float:
    pairs = zip(items, p_abstain(items, records), strict=True)
    shares = [p if item.answer == NOT_STATED else 1 - p for item, p in pairs]
    return twins.reaction_mass(shares, list(map(_mass, records)))


CHECKS = (
    Check("answer_mass", average(by_record(_mass)), access="logprobs"),
    Check("wanted_answers_said", _reaction_mass, access="logprobs"),
)
"""The answers have some probability: all together, and in each variant the right reaction."""


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="A text with the answer and its twin without that sentence: does the model abstain in the twin alone?",
    items=items,
    record=TwinRecord,
    failed=failed,
    shots=partial(shots, items, 6),
    measures=(twin_whole(reading), *abstention_measures()),
    checks=CHECKS,
    from_rows=partial(items_from_rows, ID),
    file_form=FILE_FORM,
)
