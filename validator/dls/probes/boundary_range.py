"""`boundary.range`: questions of the usual sizes, each beside one of its kind that is larger than any of them."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from dls.draw import Draw
from dls.probe import Check, LogProbability, Measure, Probe, Row
from dls.probes.shared import questions, ties
from dls.probes.shared.choice import ChoiceItem, choice_item, phrased
from dls.probes.shared.choice_file import item_of_row
from dls.probes.shared.data_files import drawn, field, refuse_repeated, text
from dls.probes.shared.masses import certain, mass, mean
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.probes.shared.questions import LEVELS, OPTIONS, Question

ID = "boundary.range"
BEYOND = (LEVELS + 1, LEVELS + 2)
KINDS: tuple[tuple[str, Callable[[Draw, int], Question]], ...] = (
    ("sum", questions.sum_of_terms),
    ("copy", questions.copied_attribute),
    ("day", questions.day_after),
    ("next", questions.next_number),
)
"""The kinds that have a size without an upper end; they are the groups."""


class RangeItem(msgspec.Struct, frozen=True):
    """Two questions of one kind in one phrasing: of level 1 to 4, and of level 5 or 6."""

    id: str
    kind: str
    within: ChoiceItem
    beyond: ChoiceItem


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[RangeItem, ...]:
    """Return ``n`` pairs of questions, the kinds in turn."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> RangeItem:
    kind, ask = KINDS[index % len(KINDS)]

    def question(level: int) -> ChoiceItem:
        asked = phrased(ask(draw, level), index // len(KINDS), phrasings)
        return choice_item(draw, index, kind, level, asked)

    within, beyond = question(draw.between(1, LEVELS)), question(draw.between(*BEYOND))
    return RangeItem(f"{index:06d}", kind, within, beyond)


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[RangeItem, ...]:
    """Return ``n`` pairs of a file with the fields `kind`, `within` and `beyond`, two questions with options.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two ask the same.
    """
    known = {row["line"]: _item_of_row(row) for row in rows}
    for side in ("within", "beyond"):
        refuse_repeated(rows, side)
    return tuple(known[row["line"]] for row in drawn(ID, rows, seed, n))


def _item_of_row(row: Row) -> RangeItem:
    within, beyond = (
        item_of_row({**field(row, side, dict[str, Any]), "line": row["line"]}) for side in ("within", "beyond")
    )
    return RangeItem(f"{row['line']:06d}", text(row, "kind"), within, beyond)


class RangeRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the options of both questions, in their own order."""

    id: str
    within: tuple[LogProbability, ...]
    beyond: tuple[LogProbability, ...]


Items = Sequence[RangeItem]
Records = Sequence[RangeRecord]


def _failed(item: RangeItem) -> RangeRecord:
    """Return the record of the deepest drop: right within the range, wrong beyond it."""
    wrong = (item.beyond.answer + 1) % OPTIONS
    return RangeRecord(item.id, certain(item.within.answer, OPTIONS), certain(wrong, OPTIONS))


def _right_within(items: Items, records: Records) -> list[float]:
    return [float(ties.top(r.within) == item.within.answer) for item, r in zip(items, records, strict=True)]


def _right_beyond(items: Items, records: Records) -> list[float]:
    return [float(ties.top(r.beyond) == item.beyond.answer) for item, r in zip(items, records, strict=True)]


def _both(items: Items, records: Records) -> list[tuple[float, float]]:
    return list(zip(_right_within(items, records), _right_beyond(items, records), strict=True))


def _grouped(items: Items, records: Records) -> list[tuple[float, float]]:
    """Return whether the larger question is answered right, and the number of its kind."""
    names = list(dict.fromkeys(item.kind for item in items))
    kinds = [float(names.index(item.kind)) for item in items]
    return list(zip(_right_beyond(items, records), kinds, strict=True))


def _ties_beyond(_items: Items, records: Records) -> int:
    return sum(ties.near_top(record.beyond) for record in records)


def _ties_in_both(_items: Items, records: Records) -> int:
    return sum(ties.near_top(record.within) or ties.near_top(record.beyond) for record in records)


def _mass(_items: Items, records: Records) -> float:
    """Return the mean mass of the options where it is lower, within the range or beyond it."""
    return min(mean([mass(r.within) for r in records]), mean([mass(r.beyond) for r in records]))


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="Longer sums, longer chains, larger steps than usual: how much is lost beyond the range?",
    items=items,
    record=RangeRecord,
    failed=_failed,
    measures=(
        Measure("out_of_range_accuracy", _right_beyond, near_ties=_ties_beyond),
        Measure("out_of_range_drop", _both, near_ties=_ties_in_both),
        Measure("worst_group_accuracy", _grouped, near_ties=_ties_beyond),
    ),
    checks=(
        Check("option_mass", _mass),
        Check("answers_within_range", lambda items, records: mean(_right_within(items, records))),
    ),
    from_rows=from_rows,
    file_form=(
        '{"kind": "…", "within": {…}, "beyond": {…}}: a question of the usual size and a larger one of its kind, each '
        '{"question": "…", "options": ["…", "…", "…", "…"], "answer": 0}, `answer` counted from 0; the kinds are the groups'
    ),
)
