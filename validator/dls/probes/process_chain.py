"""`process.chain`: sums worked out step by step, where a program can check every step."""

import re
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from dls.draw import Draw
from dls.probe import (
    SHOT_SEED,
    Check,
    Divergence,
    LogProbability,
    MakeItems,
    Measure,
    Probability,
    Probe,
    Row,
    Shot,
)
from dls.probes.shared import chain_file, ties
from dls.probes.shared.answers import CONFIDENCE
from dls.probes.shared.per_item import average, count, numbered, per_item, per_record
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.standard.numbers import LOWEST_NATS

ID = "process.chain"
STEPS = 3
_SLIPS = (-2, -1, 1, 2)
_STEP = re.compile(r"([0-9]{1,6}) ?([+-]) ?([0-9]{1,6}) ?= ?([0-9]{1,6})")
_ANSWER = re.compile(r"(?:the )?answer(?: is|:)? ([0-9]{1,6})")


class Sizes(NamedTuple):
    """The lowest and the highest value of a chain, and the least and the most that a step adds or takes away."""

    lowest: int
    highest: int
    least: int
    most: int


SIZES = Sizes(10, 99, 2, 9)


class ChainItem(msgspec.Struct, frozen=True):
    """A chain of sums and differences: `terms` follow `start`, a difference being a negative term."""

    id: str
    question: str
    start: int
    terms: tuple[int, ...]

    def values(self) -> tuple[int, ...]:
        """Return the value after each step."""
        total, values = self.start, []
        for term in self.terms:
            total += term
            values.append(total)
        return tuple(values)


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[ChainItem, ...]:
    """Return ``n`` chains of a file (`dls.probes.shared.chain_file`).

    Raises:
        DlsError: there are fewer rows, one is no chain, or two ask the same.
    """
    return tuple(ChainItem(*members) for members in chain_file.sampled_chains(probe, rows, seed, n))


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


def trace(start: int, terms: tuple[int, ...]) -> str:
    """Write the steps of a chain and its answer: ``"34 + 5 = 39; 39 - 8 = 31; answer 31"``."""
    return f"{'; '.join(steps(start, terms))}; answer {start + sum(terms)}"


def steps(start: int, terms: tuple[int, ...], slip: tuple[int, int] | None = None) -> list[str]:
    """Write the steps of a chain; ``slip`` is the place of one step and the error of its result, carried on from there."""
    lines, total = [], start
    for place, term in enumerate(terms):
        result = total + term + (slip[1] if slip and slip[0] == place else 0)
        lines.append(f"{total} {'-' if term < 0 else '+'} {abs(term)} = {result}")
        total = result
    return lines


def slip(item: ChainItem, sizes: Sizes = SIZES) -> tuple[int, int]:
    """Return which step of the reference trace is corrupted and by how much: one or two, fixed for the item.

    No result leaves the sizes by it. In a chain of a file that leaves them itself, none falls below 0.
    """
    draw = Draw(ID, "slip", item.start, *item.terms)
    place = draw.below(len(item.terms))
    later = item.values()[place:]
    low, high = sizes.lowest - min(later), sizes.highest - max(later)
    within = [error for error in _SLIPS if low <= error <= high]
    return place, draw.choice(within or [error for error in _SLIPS if min(later) + error >= 0])


class ChainRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a model read the reference trace, and what it wrote itself.

    `ranked_first[k]`: the result of step k is the model's first choice after the steps before it; `gaps[k]`: how far, in
    nats, the two likeliest tokens lie apart at the closest place of that result. `clean` and
    `corrupted`: log-probability, in nats, of the right answer after the reference trace and after the one with a slip.
    `trace` is the model's own greedy one.
    """

    id: str
    ranked_first: tuple[bool, ...]
    clean: LogProbability
    corrupted: LogProbability
    trace: str
    confidence: Probability
    gaps: tuple[Divergence, ...]


def _failed(item: ChainItem) -> ChainRecord:
    return ChainRecord(
        item.id, (False,) * len(item.terms), LOWEST_NATS, 0.0, "", 0.0, (-LOWEST_NATS,) * len(item.terms)
    )


def _ranked_first(record: ChainRecord) -> tuple[tuple[bool, ...]]:
    return (record.ranked_first,)


def _near(record: ChainRecord) -> bool:
    """Return whether noise could turn the first choice at some step."""
    return any(ties.near(gap, 0.0) for gap in record.gaps)


def _clean_and_corrupted(record: ChainRecord) -> tuple[float, float]:
    return record.clean, record.corrupted


class OwnTrace(NamedTuple):
    """A model's own trace: for every step whether it is valid, None where unreadable; the last result; the answer."""

    valid: tuple[bool | None, ...]
    last: int | None
    answer: int | None

    @property
    def readable(self) -> bool:
        """Every step and the answer can be read, and there is a step."""
        return bool(self.valid) and None not in self.valid and self.answer is not None


def read_trace(item: ChainItem, text: str) -> OwnTrace:
    """Read a trace. A step is valid if it goes on from the result before it, takes the chain's next term, and is right."""
    parts = [part.strip() for part in re.split(r"[;\n]", text.lower().strip(" .")) if part.strip()]
    ends = _ANSWER.fullmatch(parts[-1]) if parts else None
    valid: list[bool | None] = []
    before: int | None = item.start
    for place, part in enumerate(parts[:-1] if ends else parts):
        step = _STEP.fullmatch(part)
        if step is None:
            valid.append(None)
            before = None
            continue
        left, result = int(step[1]), int(step[4])
        term = int(step[3]) if step[2] == "+" else -int(step[3])
        valid.append(left == before and item.terms[place : place + 1] == (term,) and left + term == result)
        before = result
    return OwnTrace(tuple(valid), before if valid else None, int(ends[1]) if ends else None)


def _own_steps(item: ChainItem, record: ChainRecord) -> tuple[list[bool]]:
    """Return whether each own step is valid."""
    return ([bool(step) for step in read_trace(item, record.trace).valid],)


def _parses(item: ChainItem, record: ChainRecord) -> float:
    return float(read_trace(item, record.trace).readable)


def _is_consistent(item: ChainItem, record: ChainRecord) -> float:
    own = read_trace(item, record.trace)
    return float(own.answer is not None and own.answer == own.last)


def _has_wrong_process(item: ChainItem, record: ChainRecord) -> float:
    """Return 1 for a right answer after an invalid or unreadable step, or without any step, otherwise 0."""
    own = read_trace(item, record.trace)
    return float(own.answer == item.values()[-1] and not (own.valid and all(own.valid)))


def _begins(item: ChainItem, record: ChainRecord) -> bool:
    """Return whether the own trace computes something from the chain's first number on, right or wrong.

    A model that ends at once, or writes the same to every question, may still read a reference trace as it should.
    """
    return re.search(rf"(?<![0-9]){item.start}(?: ?[+-] ?[0-9]+)+ ?=", record.trace) is not None


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="process",
    title="Sums step by step: every step checked, and one step of a reference trace corrupted",
    items=items,
    record=ChainRecord,
    failed=_failed,
    shots=partial(shots, items, 2),
    measures=(
        Measure("step_validity", per_record(_ranked_first), near_ties=count(per_record(_near))),
        Measure("corruption_sensitivity", per_record(_clean_and_corrupted)),
        Measure("corruption_log_odds", per_record(_clean_and_corrupted)),
        Measure("own_trace_step_validity", per_item(_own_steps)),
        Measure("trace_answer_consistency", per_item(_is_consistent)),
        Measure("trace_parse_rate", per_item(_parses)),
        Measure("right_answer_wrong_process", per_item(_has_wrong_process)),
    ),
    checks=(CONFIDENCE, Check("begins_the_chain", average(per_item(_begins)))),
    from_rows=partial(items_from_rows, ID),
    file_form=chain_file.FILE_FORM,
)
