"""`fidelity.next_token`: on given texts of three kinds, how alike are teacher and student at every next token?"""

import math
from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec

from dls.draw import Draw
from dls.probe import CrossMeasure, Divergence, LogProbability, Measure, Probe, Row, Shape
from dls.probes.on_policy_story import story
from dls.probes.process_chain import chain, trace
from dls.probes.shared.choice import choice_item, phrased
from dls.probes.shared.data_files import drawn, refuse_repeated
from dls.probes.shared.data_files import text as text_of
from dls.probes.shared.masses import LOWEST
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.questions import KINDS
from dls.probes.shared.vocabulary import NAMES

ID = "fidelity.next_token"


class TextItem(msgspec.Struct, frozen=True):
    """A question and a text that answers it well; both models read the same text."""

    id: str
    question: str
    text: str


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[TextItem, ...]:
    """Return ``n`` questions with their answers: a choice, a chain of sums and a story in turn."""
    return tuple(
        TextItem(f"{index:06d}", *_TEXTS[index % len(_TEXTS)](Draw(ID, seed, index), index // len(_TEXTS), phrasings))
        for index in range(n)
    )


def _choice(draw: Draw, index: int, phrasings: Phrasings) -> tuple[str, str]:
    kind, ask = KINDS[index % len(KINDS)]
    item = choice_item(draw, index, kind, 1, phrased(ask(draw, 1), index // len(KINDS), phrasings))
    return item.prompt(), item.options[item.answer]


def _chain(draw: Draw, index: int, phrasings: Phrasings) -> tuple[str, str]:
    item = chain(draw, index, phrasings=phrasings)
    return item.question, trace(item.start, item.terms)


def _story(draw: Draw, index: int, phrasings: Phrasings) -> tuple[str, str]:
    name = draw.choice(NAMES)
    return phrase(index, f"what did {name} do today", phrasings), story(draw, name)


_TEXTS: tuple[Callable[[Draw, int, Phrasings], tuple[str, str]], ...] = (_choice, _chain, _story)


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[TextItem, ...]:
    """Return ``n`` questions of a file with the fields `question` and `text`, the answer that both models read.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two are the same.
    """
    known = {row["line"]: _item_of_row(row) for row in rows}
    refuse_repeated(rows, "question", "text")
    return tuple(known[row["line"]] for row in drawn(ID, rows, seed, n))


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


PairRecords = Sequence[TextPairRecord]


def _failed(item: TextItem) -> TextRecord:
    return TextRecord(item.id, LOWEST * len(item.text))


def _pair_failed(item: TextItem) -> TextPairRecord:
    return TextPairRecord(item.id, -LOWEST, -LOWEST, math.log(2), 1.0, 0.0)


def _nats_and_bytes(items: Sequence[TextItem], records: Sequence[TextRecord]) -> list[tuple[float, float]]:
    return [(-record.logprob, float(len(item.text.encode()))) for item, record in zip(items, records, strict=True)]


def _mean(name: str) -> Callable[[Sequence[TextItem], PairRecords], list[float]]:
    return lambda _items, records: [getattr(record, name) for record in records]


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="fidelity",
    title="Given texts: do both models expect the same next token, and with the same probability?",
    items=items,
    record=TextRecord,
    failed=_failed,
    measures=(
        CrossMeasure("top1_agreement", _mean("same_top")),
        CrossMeasure("kl_teacher_student", _mean("forward")),
        CrossMeasure("kl_student_teacher", _mean("reverse")),
        CrossMeasure("jsd", _mean("jensen_shannon")),
        CrossMeasure("tv", _mean("total_variation")),
        Measure("bits_per_byte", _nats_and_bytes),
    ),
    pair=Shape(TextPairRecord, _pair_failed),
    from_rows=from_rows,
    file_form='{"question": "…", "text": "…"}: a prompt, and an answer to it that both models read',
)
