"""`boundary.twins`: a text that holds the answer, and the same text without that sentence."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from dls.draw import Draw
from dls.probe import Check, LogProbability, Measure, Probe, Row
from dls.probes.shared import squad_rows, ties, twins, variants
from dls.probes.shared.data_files import field, refuse_repeated, text
from dls.probes.shared.masses import LOWEST, mass, mean, share
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.prefix_free import shortest, told_apart
from dls.probes.shared.vocabulary import ATTRIBUTES, NAMES, NOT_STATED, Attribute

ID = "boundary.twins"
PEOPLE = 5


class TwinItem(msgspec.Struct, frozen=True):
    """One of two twins; `answer` is what the text says, "not stated" in the twin that lacks the sentence."""

    id: str
    cluster: str
    context: str
    question: str
    values: tuple[str, ...]
    answer: str


class Told(NamedTuple):
    """What one sentence of a text tells: who has which value of an attribute."""

    attribute: Attribute
    name: str
    value: str

    def sentence(self) -> str:
        """Return the sentence."""
        return self.attribute.state(self.name, self.value)


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[TwinItem, ...]:
    """Return ``n`` twins' both sides: 2n items, the answerable one first."""
    return tuple(item for index in range(n) for item in _twins(Draw(ID, seed, index), index, phrasings))


def _twins(draw: Draw, index: int, phrasings: Phrasings) -> tuple[TwinItem, TwinItem]:
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(NAMES, PEOPLE)
    values = [draw.choice(attribute.values) for _ in names]
    asked = draw.below(PEOPLE)
    told = [Told(attribute, name, value) for name, value in zip(names, values, strict=True)]
    return about(told, asked, index, phrasings)


def about(told: Sequence[Told], asked: int, index: int, phrasings: Phrasings) -> tuple[TwinItem, TwinItem]:
    """Return both twins that ask about the ``asked``-th sentence of a text: with it, and without it."""
    attribute, name, value = told[asked]
    cluster, facts = f"{index:06d}", [one.sentence() for one in told]
    question = phrase(index, f"{attribute.ask(name)}, or is it {NOT_STATED}", phrasings)

    def twin(side: str, shown: list[str], answer: str) -> TwinItem:
        return TwinItem(f"{cluster}/{side}", cluster, " ".join(shown), question, attribute.values, answer)

    without = facts[:asked] + facts[asked + 1 :]
    return twin("answerable", facts, value), twin("unanswerable", without, NOT_STATED)


FILE_FORM = (
    '{"context": "…", "question": "…", "answers": {"text": ["…"]}, "values": ["…", "…"]}, the form of SQuAD 2.0 and the answers '
    'that are scored beside the right one; no text where the context does not hold the answer, and "pair": "…" in every row '
    "where questions come in twos"
)


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[TwinItem, ...]:
    """Return ``n`` units of a question that its context answers and one that it does not: 2n items, in turn.

    Rows have the fields `context`, `question`, `answers` and `values`, and perhaps `is_impossible` and `pair`. No context
    is in two units.

    Raises:
        DlsError: a side has fewer rows, a row is not of this form, or two ask the same.
    """
    known = {row["line"]: _item_of_row(row) for row in rows}
    refuse_repeated(rows, "context", "question")
    units = variants.units_of_texts(probe, rows, lambda row: known[row["line"]].answer == NOT_STATED, seed, n)
    return variants.in_turn(units, known)


def _item_of_row(row: Row) -> TwinItem:
    right = shortest(squad_rows.answers(row))
    values = told_apart(row, "values", (*right, *field(row, "values", tuple[str, ...])), beside=(NOT_STATED,))
    question = f"{text(row, 'question').rstrip(' ?')}, or is it {NOT_STATED}?"
    return TwinItem("", "", text(row, "context"), question, values, (*right, NOT_STATED)[0])


class TwinRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the values as the item lists them, and of "not stated"."""

    id: str
    values: tuple[LogProbability, ...]
    abstain: LogProbability


Items = Sequence[TwinItem]
Records = Sequence[TwinRecord]


def failed(item: TwinItem) -> TwinRecord:
    """Return the record of a model that abstains exactly where the text holds the answer."""
    value, abstain = (0.0, LOWEST) if item.answer == NOT_STATED else (LOWEST, 0.0)
    return TwinRecord(item.id, (value, *(LOWEST for _ in item.values[1:])), abstain)


def _abstaining(records: Records) -> list[float]:
    """Return p(abstain) of every item: the share of "not stated" in the mass of all answers that are scored."""
    return [share([record.abstain], record.values) for record in records]


def abstains(records: Records) -> list[float]:
    """Return 1 for every item where "not stated" is likelier than each of the values, else 0."""
    return [float(record.abstain > max(record.values)) for record in records]


def soft_j(_items: Items, records: Records) -> list[float]:
    """Return p(abstain) on the second side minus p(abstain) on the first, of every pair of twins."""
    found = _abstaining(records)
    return twins.lead(twins.second(found), twins.first(found))


def _hard_j(_items: Items, records: Records) -> list[float]:
    found = abstains(records)
    return twins.lead(twins.second(found), twins.first(found))


def _recall(_items: Items, records: Records) -> Sequence[float]:
    return twins.second(abstains(records))


def _over_abstention(_items: Items, records: Records) -> Sequence[float]:
    return twins.first(abstains(records))


def near(records: Records) -> list[bool]:
    """Return whether noise could turn the decision to abstain, of every item."""
    return [ties.near(record.abstain, max(record.values)) for record in records]


def _ties_unanswerable(_items: Items, records: Records) -> int:
    return sum(twins.second(near(records)))


def _ties_answerable(_items: Items, records: Records) -> int:
    return sum(twins.first(near(records)))


def _ties_of_twins(_items: Items, records: Records) -> int:
    return sum(near(records))


def _both_sides(_items: Items, records: Records) -> list[tuple[float, float]]:
    """Return p(abstain) on the unanswerable side and on the answerable one."""
    found = _abstaining(records)
    return list(zip(twins.second(found), twins.first(found), strict=True))


def _masses(records: Records) -> list[float]:
    """Return the probability of all answers that are scored, of every item."""
    return [mass([record.abstain, *record.values]) for record in records]


def _really_said(items: Items, records: Records) -> float:
    found = zip(items, _abstaining(records), strict=True)
    wanted = [share if item.answer == NOT_STATED else 1 - share for item, share in found]
    return twins.really_said(wanted, _masses(records))


CHECKS = (
    Check("answer_mass", lambda _items, records: mean(_masses(records))),
    Check("wanted_answers_said", _really_said),
)
"""The answers have some probability: all of them, and on each side those that count for the model."""


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="A text that holds the answer and its twin without that sentence: does the model tell them apart?",
    items=items,
    record=TwinRecord,
    failed=failed,
    measures=(
        Measure("abstention_soft_j", soft_j, "cluster"),
        Measure("abstention_recall", _recall, "cluster", _ties_unanswerable),
        Measure("over_abstention", _over_abstention, "cluster", _ties_answerable),
        Measure("abstention_hard_j", _hard_j, "cluster", _ties_of_twins),
        Measure("abstention_auroc", _both_sides, "cluster"),
    ),
    checks=CHECKS,
    from_rows=partial(items_from_rows, ID),
    file_form=FILE_FORM,
)
