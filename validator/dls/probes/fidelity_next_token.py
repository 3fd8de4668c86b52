"""`fidelity.next_token`: on fixed texts of three kinds, how alike are teacher and student at each next token?"""

import math
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Annotated

import msgspec

from dls.draw import Draw
from dls.probe import SHOT_SEED, CrossMeasure, Divergence, LogProbability, Measure, Probe, Row, Shape, Shot
from dls.probes.process_chain import chain
from dls.probes.shared.chains import trace
from dls.probes.shared.choice import choice_item, phrase_question
from dls.probes.shared.data_files import sampled_items
from dls.probes.shared.data_files import text as text_of
from dls.probes.shared.per_item import by_item, by_record, numbered
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.questions import KINDS
from dls.probes.shared.stories import story
from dls.probes.shared.vocabulary import NAMES
from dls.standard.numbers import LOWEST_NATS

ID = "fidelity.next_token"


class TextItem(msgspec.Struct, frozen=True):
    """A question and a text that answers it well; both models read the same text."""

    id: str
    question: str
    text: str


def _choice(draw: Draw, index: int, phrasings: Phrasings) -> tuple[str, str]:
    kind, make_question = KINDS[index % len(KINDS)]
    item = choice_item(draw, index, kind, 1, phrase_question(make_question(draw, 1), index // len(KINDS), phrasings))
    return item.prompt(), item.options[item.answer]


def _chain(draw: Draw, index: int, phrasings: Phrasings) -> tuple[str, str]:
    item = chain(draw, index, phrasings=phrasings)
    return item.question, trace(item.start, item.terms)


def _story(draw: Draw, index: int, phrasings: Phrasings) -> tuple[str, str]:
    name = draw.choice(NAMES)
    return phrase(index, f"what did {name} do today", phrasings), story(draw, name)


_TEXTS: tuple[Callable[[Draw, int, Phrasings], tuple[str, str]], ...] = (_choice, _chain, _story)


def _item(draw: Draw, index: int, phrasings: Phrasings) -> TextItem:
    return TextItem(f"{index:06d}", *_TEXTS[index % len(_TEXTS)](draw, index // len(_TEXTS), phrasings))


items = numbered(ID, _item)
"""Questions with their answers: a choice, a chain of sums and a story in turn."""


def _shots() -> list[Shot]:
    return [Shot("", item.question, item.text) for item in items(SHOT_SEED, 3)]


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[TextItem, ...]:
    """Return ``n`` questions of a file with the fields `question` and `text`, the answer that both models read.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two are the same.
    """
    return sampled_items(ID, rows, seed, n, _item_of_row, "question", "text")


def _item_of_row(row: Row) -> TextItem:
    return TextItem(f"{row['line']:06d}", text_of(row, "question"), text_of(row, "text"))


class TextRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text's log-probability, in nats, its end included."""

    id: str
    logprob: LogProbability


class TextPairRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Means over the text's positions, its end being the last one; divergences in nats, exact over the vocabulary.

    `forward` is KL(teacher ‖ student), `reverse` KL(student ‖ teacher); `same_top` is the share of positions at which
    both models have the same first choice.
    """

    id: str
    forward: Divergence
    reverse: Divergence
    jensen_shannon: Divergence
    total_variation: Annotated[float, msgspec.Meta(ge=0, le=1)]
    same_top: Annotated[float, msgspec.Meta(ge=0, le=1)]


def _failed(item: TextItem) -> TextRecord:
    return TextRecord(item.id, LOWEST_NATS * len(item.text))


def _pair_failed(item: TextItem) -> TextPairRecord:
    return TextPairRecord(item.id, -LOWEST_NATS, -LOWEST_NATS, math.log(2), 1.0, 0.0)


def _nats_and_bytes(item: TextItem, record: TextRecord) -> tuple[float, float]:
    return -record.logprob, float(len(item.text.encode()))


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="fidelity",
    title="Fixed texts: do both models expect the same next token, and with the same probability?",
    items=items,
    record=TextRecord,
    failed=_failed,
    shots=_shots,
    measures=(
        CrossMeasure("top1_agreement", by_record(attrgetter("same_top")), computed=True),
        CrossMeasure("kl_teacher_student", by_record(attrgetter("forward")), computed=True),
        CrossMeasure("kl_student_teacher", by_record(attrgetter("reverse")), computed=True),
        CrossMeasure("jsd", by_record(attrgetter("jensen_shannon")), computed=True),
        CrossMeasure("tv", by_record(attrgetter("total_variation")), computed=True),
        Measure("bits_per_byte", by_item(_nats_and_bytes)),
    ),
    pair=Shape(TextPairRecord, _pair_failed),
    from_rows=from_rows,
    file_form='{"question": "…", "text": "…"}: a prompt, and an answer to it that both models read',
)
