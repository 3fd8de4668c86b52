"""`on_policy.story`: open stories of short sentences, each continued from the model's own words."""

import math
from collections.abc import Sequence
from typing import Annotated, TypeAlias

import msgspec

from dls.access_level import FROM_SAMPLES
from dls.draw import Draw
from dls.metrics.limits import MOST_NATS
from dls.probe import SHOT_SEED, CrossMeasure, Divergence, LogProbability, Measure, PairMeasure, Probe, Row, Shape, Shot
from dls.probes.shared import ties
from dls.probes.shared.data_files import sampled_items
from dls.probes.shared.data_files import text as text_of
from dls.probes.shared.per_item import by_item, by_record, count, numbered
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.stories import is_whole_story, request, story
from dls.probes.shared.vocabulary import NAMES
from dls.standard.numbers import LOWEST_NATS

ID = "on_policy.story"
POSITIONS = 64
"""The largest number of tokens of a story, which no profile raises; the end of a shorter one counts as a position."""


class StoryItem(msgspec.Struct, frozen=True):
    """A request for a story about a person."""

    id: str
    question: str


def _item(draw: Draw, index: int, phrasings: Phrasings) -> StoryItem:
    return StoryItem(f"{index:06d}", phrase(index, request(draw.choice(NAMES)), phrasings))


items = numbered(ID, _item)
"""Requests for a story, each about one person."""


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[StoryItem, ...]:
    """Return ``n`` requests of a file with the field `question`, unchanged.

    Raises:
        DlsError: there are fewer rows, one has no question, or two are the same.
    """
    return sampled_items(ID, rows, seed, n, _item_of_row, "question")


def _item_of_row(row: Row) -> StoryItem:
    return StoryItem(f"{row['line']:06d}", text_of(row, "question"))


def _shots() -> list[Shot]:
    shots = []
    for index, item in enumerate(items(SHOT_SEED, 3)):
        name = next(name for name in NAMES if name in item.question.split())
        shots.append(Shot("", item.question, story(Draw("frame", SHOT_SEED, index), name)))
    return shots


class StoryRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A story sampled at temperature 1: its tokens without the end, its text, and whether it ended by itself.

    `gap`: the distance, in nats, between the two best tokens, with the noise that drew them, at the closest place.
    """

    id: str
    tokens: Annotated[list[int], msgspec.Meta(max_length=POSITIONS), FROM_SAMPLES]
    text: Annotated[str, FROM_SAMPLES]
    ended: Annotated[bool, FROM_SAMPLES]
    gap: Divergence


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


class ScoredStory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A story's whole text and its probability under each model, its end included where the model ended it itself.

    `teacher` and `student` are log-probabilities, in nats, of the text as the model's own tokenizer encodes it.
    Each is a lower bound of the text's log-probability.
    """

    text: str
    teacher: LogProbability
    student: LogProbability


class StoryAcrossRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The teacher's story and the student's, each under both models; no value needs a common vocabulary."""

    id: str
    teacher: ScoredStory
    student: ScoredStory


def _failed(item: StoryItem) -> StoryRecord:
    return StoryRecord(item.id, [0] * POSITIONS, "", ended=False, gap=-LOWEST_NATS)


def _pair_failed(item: StoryItem) -> StoryPairRecord:
    return StoryPairRecord(item.id, [MOST_NATS] * POSITIONS, [MOST_NATS] * POSITIONS, [0.0] * POSITIONS)


def _across_failed(item: StoryItem) -> StoryAcrossRecord:
    """Return stories of one byte a position: certain under their own model, 10 nats a position under the other."""
    text, distance = "?" * POSITIONS, -MOST_NATS * POSITIONS
    return StoryAcrossRecord(item.id, ScoredStory(text, 0.0, distance), ScoredStory(text, distance, 0.0))


def _bytes(text: str) -> float:
    return float(len(text.encode()))


def _student_story(record: StoryAcrossRecord) -> tuple[float, float]:
    """Return log p_student − log p_teacher of the student's story, in nats, and its UTF-8 bytes."""
    story = record.student
    return story.student - story.teacher, _bytes(story.text)


def _teacher_story(record: StoryAcrossRecord) -> tuple[float, float]:
    """Return log p_teacher − log p_student of the teacher's story, in nats, and its UTF-8 bytes."""
    story = record.teacher
    return story.teacher - story.student, _bytes(story.text)


def _reverse(record: StoryPairRecord) -> tuple[Sequence[float]]:
    return (record.reverse,)


def _holds(item: StoryItem, record: StoryRecord) -> float:
    """Return 1 for a story that is whole and ends by itself, otherwise 0."""
    return float(record.ended and is_whole_story(record.text, item.question))


def _near(record: StoryRecord) -> bool:
    return ties.near(record.gap, 0.0)


def _never_ends(record: StoryRecord) -> float:
    return float(not record.ended)


def _lengths(
    _items: Sequence[StoryItem], teacher: Sequence[StoryRecord], student: Sequence[StoryRecord]
) -> list[tuple[float, float]]:
    """Return the UTF-8 bytes of the student's and of the teacher's story."""
    return [(_bytes(story.text), _bytes(reference.text)) for story, reference in zip(student, teacher, strict=True)]


def _tokens(record: StoryRecord) -> tuple[Sequence[int]]:
    return (record.tokens,)


def _by_position(record: StoryPairRecord) -> list[float]:
    """Return KL(student ‖ teacher) at each position, [positions], NaN after the story's end."""
    return [*record.reverse, *[math.nan] * (POSITIONS - len(record.reverse))]


def _student_and_teacher_kl(record: StoryPairRecord) -> tuple[float, float]:
    """Return Σ KL(teacher ‖ student) over the student's story and over the teacher's, both cut to the shorter one."""
    shorter = min(len(record.forward), len(record.given))
    return sum(record.forward[:shorter]), sum(record.given[:shorter])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="on_policy",
    title="Open stories: how far is the student from its teacher on the student's own words?",
    items=items,
    record=StoryRecord,
    failed=_failed,
    shots=_shots,
    measures=(
        CrossMeasure("on_policy_kl", by_record(_reverse)),
        Measure("story_holds", by_item(_holds), near_ties=count(by_record(_near))),
        Measure("non_termination", by_record(_never_ends)),
        PairMeasure("length_ratio", _lengths),
        Measure("seq_rep_4", by_record(_tokens)),
        Measure("loop_rate", by_record(_tokens)),
        CrossMeasure("drift_slope", by_record(_by_position)),
        CrossMeasure("excess_error", by_record(_student_and_teacher_kl)),
        CrossMeasure("on_policy_kl_per_byte", by_record(_student_story), arm="across"),
        CrossMeasure("sequence_kl_per_byte", by_record(_teacher_story), arm="across"),
    ),
    pair=Shape(StoryPairRecord, _pair_failed),
    across=Shape(StoryAcrossRecord, _across_failed),
    from_rows=from_rows,
    file_form='{"question": "…"}: any prompt with an answer in words',
)
