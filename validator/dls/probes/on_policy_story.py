"""`on_policy.story`: open stories of short sentences, told on and on from the model's own words."""

import math
from collections.abc import Sequence
from typing import Annotated, TypeAlias

import msgspec

from dls.draw import Draw
from dls.probe import CrossMeasure, Divergence, LogProbability, Measure, PairMeasure, Probe, Row, Shape
from dls.probes.shared.data_files import drawn, refuse_repeated
from dls.probes.shared.data_files import text as text_of
from dls.probes.shared.masses import mean
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.vocabulary import ANIMALS, FOODS, NAMES, TOWNS

ID = "on_policy.story"
POSITIONS = 48
"""Tokens of a story at most; the end of one that ends before counts as a position."""
MOST_NATS = 10.0
"""More than this, in the mean over its positions, counts as this."""


class StoryItem(msgspec.Struct, frozen=True):
    """A wish for a story about somebody."""

    id: str
    question: str


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[StoryItem, ...]:
    """Return ``n`` wishes for a story, each about one person."""
    return tuple(
        StoryItem(f"{index:06d}", phrase(index, f"what did {Draw(ID, seed, index).choice(NAMES)} do today", phrasings))
        for index in range(n)
    )


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[StoryItem, ...]:
    """Return ``n`` wishes of a file with the field `question`, each as it stands there.

    Raises:
        DlsError: there are fewer rows, one has no question, or two ask the same.
    """
    known = {row["line"]: StoryItem(f"{row['line']:06d}", text_of(row, "question")) for row in rows}
    refuse_repeated(rows, "question")
    return tuple(known[row["line"]] for row in drawn(ID, rows, seed, n))


def story(draw: Draw, name: str) -> str:
    """Tell one of the stories that the item language knows: three to five different things, then the end."""
    things = (
        f"{name} went to {draw.choice(TOWNS)}",
        f"{name} ate {draw.choice(FOODS)}",
        f"{name} saw a {draw.choice(ANIMALS)}",
        f"{name} met {draw.choice(NAMES)}",
        f"{name} slept",
    )
    told = draw.sample(things, draw.between(3, 5))
    return ". then ".join(told) + ". the end."


class StoryRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A story sampled at temperature 1: its tokens without the one that ends it, its text, and whether it ended by itself."""

    id: str
    tokens: Annotated[list[int], msgspec.Meta(max_length=POSITIONS)]
    text: str
    ended: bool


Positions: TypeAlias = Annotated[list[Divergence], msgspec.Meta(min_length=1, max_length=POSITIONS)]
"""One value for each position of a story; stories differ in length."""


class StoryPairRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exact divergences, in nats, at every position of a story, its end being the last one.

    `reverse` is KL(student ‖ teacher) and `forward` KL(teacher ‖ student) on the student's own story, `given` is
    KL(teacher ‖ student) on the teacher's.
    """

    id: str
    reverse: Positions
    forward: Positions
    given: Positions


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A story's whole text and how probable each model finds it, its end included where it `ended`.

    `teacher` and `student` are log-probabilities, in nats, of the text as each one's own tokenizer writes it; `canonical`
    says whether it was drawn as those very tokens. Each is a lower bound of the text's log-probability.
    """

    text: str
    ended: bool
    canonical: bool
    teacher: LogProbability
    student: LogProbability


class StoryAcrossRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The story of the teacher and that of the student, each under both models; nothing in it needs a common vocabulary."""

    id: str
    teacher: Told
    student: Told


Items = Sequence[StoryItem]
Records = Sequence[StoryRecord]
PairRecords = Sequence[StoryPairRecord]
AcrossRecords = Sequence[StoryAcrossRecord]


def _failed(item: StoryItem) -> StoryRecord:
    return StoryRecord(item.id, [0] * POSITIONS, "", ended=False)


def _pair_failed(item: StoryItem) -> StoryPairRecord:
    return StoryPairRecord(item.id, [MOST_NATS] * POSITIONS, [MOST_NATS] * POSITIONS, [0.0] * POSITIONS)


def _across_failed(item: StoryItem) -> StoryAcrossRecord:
    """Return stories of one byte a position, certain for whoever told them and 10 nats a position off for the other."""
    text, apart = "?" * POSITIONS, -MOST_NATS * POSITIONS
    told, own = Told(text, ended=False, canonical=True, teacher=0.0, student=apart), Told(text, False, True, apart, 0.0)  # noqa: FBT003
    return StoryAcrossRecord(item.id, told, own)


def _student_told(_items: Items, records: AcrossRecords) -> list[tuple[float, float]]:
    """Return log p_student − log p_teacher of the student's story, in nats, and its UTF-8 bytes."""
    own = (record.student for record in records)
    return [(told.student - told.teacher, float(len(told.text.encode()))) for told in own]


def _teacher_told(_items: Items, records: AcrossRecords) -> list[tuple[float, float]]:
    """Return log p_teacher − log p_student of the teacher's story, in nats, and its UTF-8 bytes."""
    given = (record.teacher for record in records)
    return [(told.teacher - told.student, float(len(told.text.encode()))) for told in given]


def _limited(_items: Items, records: PairRecords) -> list[float]:
    """Return, for every story, the smaller of 10 nats and KL(student ‖ teacher), mean over its positions."""
    return [min(mean(record.reverse), MOST_NATS) for record in records]


def _unended(_items: Items, records: Records) -> list[float]:
    return [float(not record.ended) for record in records]


def _lengths(_items: Items, teacher: Records, student: Records) -> list[tuple[float, float]]:
    """Return the UTF-8 bytes of the student's and of the teacher's story."""
    sizes = ([float(len(record.text.encode())) for record in records] for records in (student, teacher))
    return list(zip(*sizes, strict=True))


def _repetition(_items: Items, records: Records) -> list[float]:
    from dls.metrics.sequences import seq_rep

    return [seq_rep(record.tokens) for record in records]


def _looping(_items: Items, records: Records) -> list[float]:
    from dls.metrics.sequences import loops

    return [float(loops(record.tokens)) for record in records]


def _by_position(_items: Items, records: PairRecords) -> list[list[float]]:
    """Return KL(student ‖ teacher) at every position, [stories, positions], NaN after a story's end."""
    return [[*record.reverse, *[math.nan] * (POSITIONS - len(record.reverse))] for record in records]


def _own_and_given(_items: Items, records: PairRecords) -> list[tuple[float, float]]:
    """Return Σ KL(teacher ‖ student) over the student's story and over the teacher's, both as long as the shorter one."""
    found = []
    for record in records:
        shorter = min(len(record.forward), len(record.given))
        found.append((sum(record.forward[:shorter]), sum(record.given[:shorter])))
    return found


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="on_policy",
    title="Open stories: how far is the student from its teacher on the student's own words?",
    items=items,
    record=StoryRecord,
    failed=_failed,
    measures=(
        CrossMeasure("on_policy_kl", _limited),
        Measure("non_termination", _unended),
        PairMeasure("length_ratio", _lengths),
        Measure("seq_rep_4", _repetition),
        Measure("loop_rate", _looping),
        CrossMeasure("drift_slope", _by_position),
        CrossMeasure("excess_error", _own_and_given),
        CrossMeasure("on_policy_kl_per_byte", _student_told, arm="across"),
        CrossMeasure("sequence_kl_per_byte", _teacher_told, arm="across"),
    ),
    pair=Shape(StoryPairRecord, _pair_failed),
    across=Shape(StoryAcrossRecord, _across_failed),
    from_rows=from_rows,
    file_form='{"question": "…"}: any prompt that is answered in words',
)
