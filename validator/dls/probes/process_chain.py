"""`process.chain`: sums worked out step by step, where a program can check each step."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Annotated, NamedTuple

import msgspec

from dls.access_level import FROM_LOGPROBS
from dls.draw import Draw
from dls.probe import SHOT_SEED, Check, Divergence, LogProbability, MakeItems, Measure, Probability, Probe, Row, Shot
from dls.probes.shared import chain_file, ties
from dls.probes.shared.answers import CONFIDENCE
from dls.probes.shared.chains import ChainItem, Trace, read_trace, trace
from dls.probes.shared.per_item import average, by_item, by_record, count, numbered
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.whole_answers import WholeAnswer
from dls.standard.numbers import LOWEST_NATS

ID = "process.chain"
STEPS = 3
_SLIPS = (-2, -1, 1, 2)
_NUMBERS = re.compile(r"[0-9]++")
_SUMS = re.compile(r"(?<![0-9])[0-9]++(?: ?[+-] ?[0-9]++)++")


class Sizes(NamedTuple):
    """The lowest and the highest value of a chain, and the smallest and the largest amount of a step."""

    lowest: int
    highest: int
    least: int
    most: int


SIZES = Sizes(10, 99, 2, 9)


def chain(
    draw: Draw, index: int, phrasings: Phrasings = PHRASINGS, *, sizes: Sizes = SIZES, length: int = STEPS
) -> ChainItem:
    """Make one chain of some steps."""
    start = draw.between(sizes.lowest, sizes.highest)
    total, terms = start, []
    for _ in range(length):
        size = draw.between(sizes.least, sizes.most)
        down = total + size > sizes.highest or (total - size >= sizes.lowest and draw.below(2) == 1)
        terms.append(-size if down else size)
        total += terms[-1]
    text = " ".join(["what is", str(start), *(f"{'-' if t < 0 else '+'} {abs(t)}" for t in terms), "step by step"])
    return ChainItem(id=f"{index:06d}", question=phrase(index, text, phrasings), start=start, terms=tuple(terms))


items = numbered(ID, chain)
"""Chains of three steps that stay between 10 and 99."""


def shots(make: MakeItems, units: int) -> list[Shot]:
    """Solve some chains step by step."""
    return [chain_shot(item) for item in make(SHOT_SEED, units)]


def chain_shot(item: ChainItem) -> Shot:
    """Solve a chain step by step."""
    return Shot("", item.question, trace(item.start, item.terms))


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[ChainItem, ...]:
    """Return ``n`` chains of a file (`dls.probes.shared.chain_file`).

    Raises:
        DlsError: there are fewer rows, one is no chain, or two have the same question.
    """
    return tuple(ChainItem(*members) for members in chain_file.sampled_chains(probe, rows, seed, n))


def slip(item: ChainItem, sizes: Sizes = SIZES) -> tuple[int, int]:
    """Return the step of the reference trace that is corrupted, and by how much: one or two, fixed for the item.

    No result leaves the sizes because of it. In a chain of a file that leaves them itself, no result falls below 0.
    """
    draw = Draw(ID, "slip", item.start, *item.terms)
    place = draw.below(len(item.terms))
    later = item.values()[place:]
    low, high = sizes.lowest - min(later), sizes.highest - max(later)
    within = [error for error in _SLIPS if low <= error <= high]
    return place, draw.choice(within or [error for error in _SLIPS if min(later) + error >= 0])


class ChainRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a model read the reference trace, and the trace that it wrote.

    `ranked_first[k]`: the result of step k is the model's first choice after the steps before it. `gaps[k]`: the
    distance, in nats, between the two likeliest tokens at the closest place of that result. `clean` and `corrupted`:
    the log-probability, in nats, of the right answer after the reference trace and after the one with a slip. `trace`
    is the model's own greedy one.
    """

    id: str
    ranked_first: Annotated[tuple[bool, ...], FROM_LOGPROBS]
    clean: LogProbability
    corrupted: LogProbability
    trace: WholeAnswer
    confidence: Probability
    gaps: tuple[Divergence, ...]


def _failed(item: ChainItem) -> ChainRecord:
    steps = len(item.terms)
    silence = WholeAnswer("", ended=True, gap=-LOWEST_NATS)
    return ChainRecord(item.id, (False,) * steps, LOWEST_NATS, 0.0, silence, 0.0, (-LOWEST_NATS,) * steps)


def _ranked_first(record: ChainRecord) -> tuple[tuple[bool, ...]]:
    return (record.ranked_first,)


def _near(record: ChainRecord) -> bool:
    """Return whether noise could turn the first choice at some step."""
    return any(ties.near(gap, 0.0) for gap in record.gaps)


def _clean_and_corrupted(record: ChainRecord) -> tuple[float, float]:
    return record.clean, record.corrupted


def _own_trace(item: ChainItem, record: ChainRecord) -> Trace:
    return read_trace(item, record.trace.after_thought)


def _is_whole(item: ChainItem, record: ChainRecord) -> float:
    """Return 1 for a trace of all steps, each valid, with the last result as its answer and an end of its own."""
    result = item.values()[-1]
    return float(record.trace.ended and _own_trace(item, record) == ((True,) * len(item.terms), result, result))


def _near_in_trace(record: ChainRecord) -> bool:
    return ties.near(record.trace.gap, 0.0)


def _step_validity(item: ChainItem, record: ChainRecord) -> tuple[list[bool]]:
    """Return whether each step of the model's trace is valid."""
    return ([bool(step) for step in _own_trace(item, record).valid],)


def _is_readable(item: ChainItem, record: ChainRecord) -> float:
    return float(_own_trace(item, record).readable)


def _is_consistent(item: ChainItem, record: ChainRecord) -> float:
    own_trace = _own_trace(item, record)
    return float(own_trace.answer is not None and own_trace.answer == own_trace.last)


def _has_wrong_process(item: ChainItem, record: ChainRecord) -> float:
    """Return 1 for a right answer after an invalid or unreadable step, or without any step, otherwise 0."""
    own_trace = _own_trace(item, record)
    return float(own_trace.answer == item.values()[-1] and not (own_trace.valid and all(own_trace.valid)))


def _begins(item: ChainItem, record: ChainRecord) -> bool:
    """Return whether the model's trace computes something from the chain's first number on, right or wrong.

    A model that ends at once, or writes the same to all questions, may still read a reference trace as it should.
    """
    text = record.trace.after_thought
    return any(
        str(item.start) in _NUMBERS.findall(match[0])[:-1] and text.startswith(("=", " ="), match.end())
        for match in _SUMS.finditer(text)
    )


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="process",
    title="Sums step by step: each step checked, and one step of a reference trace corrupted",
    items=items,
    record=ChainRecord,
    failed=_failed,
    shots=partial(shots, items, 2),
    measures=(
        Measure("step_validity", by_record(_ranked_first), near_ties=count(by_record(_near))),
        Measure("corruption_sensitivity", by_record(_clean_and_corrupted)),
        Measure("trace_written", by_item(_is_whole), near_ties=count(by_record(_near_in_trace))),
        Measure("corruption_log_odds", by_record(_clean_and_corrupted)),
        Measure("own_trace_step_validity", by_item(_step_validity)),
        Measure("trace_answer_consistency", by_item(_is_consistent)),
        Measure("trace_parse_rate", by_item(_is_readable)),
        Measure("right_answer_wrong_process", by_item(_has_wrong_process)),
    ),
    checks=(CONFIDENCE, Check("begins_the_chain", average(by_item(_begins)))),
    from_rows=partial(items_from_rows, ID),
    file_form=chain_file.FILE_FORM,
)
