"""`boundary.range`: questions of the usual sizes, each beside a larger one of its kind."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from dls.draw import Draw
from dls.probe import SHOT_SEED, Check, LogProbability, Measure, Probe, Row, Shot
from dls.probes.shared import questions, ties
from dls.probes.shared.choice import ChoiceItem, choice_item, phrase_question, shot
from dls.probes.shared.choice_file import item_of_row
from dls.probes.shared.data_files import field, refuse_duplicates, sampled_items, text
from dls.probes.shared.masses import mass, mean, one_hot
from dls.probes.shared.per_item import average, by_item, by_record, count, numbered
from dls.probes.shared.phrasings import Phrasings
from dls.probes.shared.questions import LEVELS, OPTIONS, Question

ID = "boundary.range"
BEYOND = (LEVELS + 1, LEVELS + 2)
KINDS: tuple[tuple[str, Callable[[Draw, int], Question]], ...] = (
    ("sum", questions.sum_of_terms),
    ("copy", questions.copied_attribute),
    ("day", questions.day_after),
    ("next", questions.next_number),
)
"""The kinds with a size that has no upper end; they are the groups."""


class RangeItem(msgspec.Struct, frozen=True):
    """Two questions of one kind in one phrasing: of level 1 to 4, and of level 5 or 6."""

    id: str
    kind: str
    within: ChoiceItem
    beyond: ChoiceItem


def _item(draw: Draw, index: int, phrasings: Phrasings) -> RangeItem:
    kind, make_question = KINDS[index % len(KINDS)]

    def question(level: int) -> ChoiceItem:
        return choice_item(
            draw, index, kind, level, phrase_question(make_question(draw, level), index // len(KINDS), phrasings)
        )

    within, beyond = question(draw.between(1, LEVELS)), question(draw.between(*BEYOND))
    return RangeItem(f"{index:06d}", kind, within, beyond)


items = numbered(ID, _item)
"""Pairs of questions, the kinds in turn."""


def _shots() -> list[Shot]:
    """Solve a question of each kind in its usual size: a larger one would then be within the range."""
    return [shot(item.within) for item in items(SHOT_SEED, 4)]


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[RangeItem, ...]:
    """Return ``n`` pairs of a file with the fields `kind`, `within` and `beyond`, two questions with options.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two are the same question.
    """
    pairs = sampled_items(ID, rows, seed, n, _item_of_row)
    for size in ("within", "beyond"):
        refuse_duplicates(rows, size)
    return pairs


def _item_of_row(row: Row) -> RangeItem:
    within, beyond = (
        item_of_row({**field(row, size, dict[str, Any]), "line": row["line"]}) for size in ("within", "beyond")
    )
    return RangeItem(f"{row['line']:06d}", text(row, "kind"), within, beyond)


class RangeRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the options of both questions, in their own order."""

    id: str
    within: tuple[LogProbability, ...]
    beyond: tuple[LogProbability, ...]


def _failed(item: RangeItem) -> RangeRecord:
    """Return the record of the deepest drop: right within the range, wrong beyond it."""
    wrong = (item.beyond.answer + 1) % OPTIONS
    return RangeRecord(item.id, one_hot(item.within.answer, OPTIONS), one_hot(wrong, OPTIONS))


def _right_within(item: RangeItem, record: RangeRecord) -> float:
    return float(ties.top(record.within) == item.within.answer)


def _right_beyond(item: RangeItem, record: RangeRecord) -> float:
    return float(ties.top(record.beyond) == item.beyond.answer)


def _right_in_both(item: RangeItem, record: RangeRecord) -> tuple[float, float]:
    return _right_within(item, record), _right_beyond(item, record)


def _right_by_kind(items: Sequence[RangeItem], records: Sequence[RangeRecord]) -> list[tuple[float, float]]:
    """Return whether the answer to the larger question is right, and the number of its kind."""
    number = {kind: float(place) for place, kind in enumerate(dict.fromkeys(item.kind for item in items))}
    return [(_right_beyond(item, record), number[item.kind]) for item, record in zip(items, records, strict=True)]


def _near_beyond(record: RangeRecord) -> bool:
    return ties.near_top(record.beyond)


def _near_in_either(record: RangeRecord) -> bool:
    return ties.near_top(record.within) or ties.near_top(record.beyond)


def _mass(_items: Sequence[RangeItem], records: Sequence[RangeRecord]) -> float:
    """Return the mean mass of the options where it is lower, within the range or beyond it."""
    return min(mean([mass(r.within) for r in records]), mean([mass(r.beyond) for r in records]))


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="Longer sums, longer chains, larger steps than usual: how much accuracy is lost beyond the range?",
    items=items,
    record=RangeRecord,
    failed=_failed,
    shots=_shots,
    measures=(
        Measure("out_of_range_accuracy", by_item(_right_beyond), near_ties=count(by_record(_near_beyond))),
        Measure("out_of_range_drop", by_item(_right_in_both), near_ties=count(by_record(_near_in_either))),
        Measure("worst_group_accuracy", _right_by_kind, near_ties=count(by_record(_near_beyond))),
    ),
    checks=(
        Check("option_mass", _mass, access="logprobs"),
        Check("answers_within_range", average(by_item(_right_within)), access="logprobs"),
    ),
    from_rows=from_rows,
    file_form=(
        '{"kind": "…", "within": {…}, "beyond": {…}}: a question of the usual size and a larger one of its kind, each '
        '{"question": "…", "options": ["…", "…", "…", "…"], "answer": 0}, `answer` counted from 0; the kinds are the '
        "groups"
    ),
)
