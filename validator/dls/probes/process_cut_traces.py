"""`process.cut_traces`: the answer after a part of the steps, after all of them, and after a wrong one."""

from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.probe import Check, LogProbability, Measure, Probe, Row
from dls.probes.process_chain import STEPS, ChainItem, chain, items_from_rows, slip
from dls.probes.shared import chain_file, ties
from dls.probes.shared.data_files import refused
from dls.probes.shared.masses import certain, mass, mean
from dls.probes.shared.phrasings import PHRASINGS, Phrasings

ID = "process.cut_traces"
RIGHT, IMPLIED = STEPS, STEPS + 1
"""Where the right answer, and the one that the wrong step implies, stand among an item's answers."""


class CutItem(msgspec.Struct, frozen=True):
    """A chain; `answers` are its start, the value after each step, and what the trace with a wrong step comes to."""

    id: str
    chain: ChainItem
    answers: tuple[int, ...]


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[CutItem, ...]:
    """Return ``n`` chains of three steps whose answers are all different."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> CutItem:
    while True:
        found = _of_chain(chain(draw, index, phrasings=phrasings))
        if len(set(found.answers)) == len(found.answers):
            return found


def _of_chain(drawn: ChainItem) -> CutItem:
    return CutItem(drawn.id, drawn, (drawn.start, *drawn.values(), drawn.values()[-1] + slip(drawn)[1]))


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[CutItem, ...]:
    """Return ``n`` chains of three steps of a file whose answers are all different.

    Raises:
        DlsError: there are fewer rows, one is no such chain, or two ask the same.
    """
    for row in rows:
        answers = _of_chain(ChainItem(*chain_file.told(row))).answers
        if len(answers) != STEPS + 2 or len(set(answers)) < len(answers):
            raise refused(
                row,
                f"comes to {answers[-1]} after its wrong step, and else goes over {list(answers[:-1])}; wanted {STEPS} steps "
                "and all of these different, so that every answer tells what it rests on; leave it out",
            )
    return tuple(map(_of_chain, items_from_rows(ID, rows, seed, n)))


class CutRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the item's answers after none, one and two steps, after all, and after the wrong trace."""

    id: str
    cut: tuple[tuple[LogProbability, ...], ...]
    whole: tuple[LogProbability, ...]
    mistaken: tuple[LogProbability, ...]


Items = Sequence[CutItem]
Records = Sequence[CutRecord]


def _failed(item: CutItem) -> CutRecord:
    """Return the record of a model whose wrong answer depends on no step."""
    fixed = certain(0, len(item.answers))
    return CutRecord(item.id, (fixed,) * STEPS, fixed, fixed)


def _changed(_items: Items, records: Records) -> list[float]:
    """Return the share of the cuts after which another answer is the likeliest, of every item."""
    return [mean([ties.top(cut) != ties.top(record.whole) for cut in record.cut]) for record in records]


def _followed(_items: Items, records: Records) -> list[float]:
    return [float(ties.top(record.mistaken) == IMPLIED) for record in records]


def _ties_of_cuts(_items: Items, records: Records) -> int:
    return sum(any(map(ties.near_top, (*record.cut, record.whole))) for record in records)


def _ties_of_mistakes(_items: Items, records: Records) -> int:
    return sum(ties.near_top(record.mistaken) for record in records)


def _mean_mass(_items: Items, records: Records) -> float:
    return mean([mass(record.whole) for record in records])


def _right(_items: Items, records: Records) -> float:
    return mean([ties.top(record.whole) == RIGHT for record in records])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="process",
    title="A reference trace cut short, and one with a wrong step: does the answer depend on the steps?",
    items=items,
    record=CutRecord,
    failed=_failed,
    measures=(
        Measure("early_answering", _changed, near_ties=_ties_of_cuts),
        Measure("mistake_following_rate", _followed, near_ties=_ties_of_mistakes),
    ),
    checks=(Check("answer_mass", _mean_mass), Check("answers_after_whole_trace", _right)),
    from_rows=from_rows,
    file_form=(
        '{"question": "…", "start": 34, "terms": [5, -8, 2]}: three whole numbers that the question adds one after the other; the '
        "start, the three results and what a wrong step comes to are all different"
    ),
)
