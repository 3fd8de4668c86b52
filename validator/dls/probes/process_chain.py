"""`process.chain`: sums worked out step by step, where a program can check every step."""

import re
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from dls.draw import Draw
from dls.probe import Check, Divergence, LogProbability, Measure, Probability, Probe, Row
from dls.probes.shared import chain_file, ties
from dls.probes.shared.answers import CONFIDENCE
from dls.probes.shared.masses import LOWEST, mean, sigmoid
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase

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


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[ChainItem, ...]:
    """Return ``n`` chains of three steps that stay between 10 and 99."""
    return tuple(chain(Draw(ID, seed, index), index, phrasings=phrasings) for index in range(n))


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[ChainItem, ...]:
    """Return ``n`` chains of a file (`dls.probes.shared.chain_file`).

    Raises:
        DlsError: there are fewer rows, one is no chain, or two ask the same.
    """
    return tuple(ChainItem(*told) for told in chain_file.drawn_from_rows(probe, rows, seed, n))


def chain(
    draw: Draw, index: int, steps: int = STEPS, phrasings: Phrasings = PHRASINGS, sizes: Sizes = SIZES
) -> ChainItem:
    """Draw one chain of some steps."""
    start = draw.between(sizes.lowest, sizes.highest)
    total, terms = start, []
    for _ in range(steps):
        size = draw.between(sizes.least, sizes.most)
        down = total + size > sizes.highest or (total - size >= sizes.lowest and draw.below(2) == 1)
        terms.append(-size if down else size)
        total += terms[-1]
    shown = " ".join(["what is", str(start), *(f"{'-' if t < 0 else '+'} {abs(t)}" for t in terms), "step by step"])
    return ChainItem(id=f"{index:06d}", question=phrase(index, shown, phrasings), start=start, terms=tuple(terms))


def trace(start: int, terms: tuple[int, ...]) -> str:
    """Write the steps of a chain and its answer: ``"34 + 5 = 39; 39 - 8 = 31; answer 31"``."""
    return f"{'; '.join(steps(start, terms))}; answer {start + sum(terms)}"


def steps(start: int, terms: tuple[int, ...], slip: tuple[int, int] | None = None) -> list[str]:
    """Write the steps of a chain; ``slip`` is the place of one step and what its result is off by, carried on from there."""
    written, total = [], start
    for place, term in enumerate(terms):
        result = total + term + (slip[1] if slip and slip[0] == place else 0)
        written.append(f"{total} {'-' if term < 0 else '+'} {abs(term)} = {result}")
        total = result
    return written


def slip(item: ChainItem, sizes: Sizes = SIZES) -> tuple[int, int]:
    """Return which step of the reference trace is corrupted and by how much: one or two, fixed for the item.

    No result leaves the sizes by it. In a chain of a file that leaves them itself, none falls below 0.
    """
    draw = Draw(ID, "slip", item.start, *item.terms)
    place = draw.below(len(item.terms))
    later = item.values()[place:]
    low, high = sizes.lowest - min(later), sizes.highest - max(later)
    within = [off for off in _SLIPS if low <= off <= high]
    return place, draw.choice(within or [off for off in _SLIPS if min(later) + off >= 0])


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


Items = Sequence[ChainItem]
Records = Sequence[ChainRecord]


def _failed(item: ChainItem) -> ChainRecord:
    return ChainRecord(item.id, (False,) * len(item.terms), LOWEST, 0.0, "", 0.0, (-LOWEST,) * len(item.terms))


def _ranked_first(_items: Items, records: Records) -> list[float]:
    return [mean(record.ranked_first) for record in records]


def _near_ties(_items: Items, records: Records) -> int:
    """Count the chains of which noise could turn what is ranked first at some step."""
    return sum(any(ties.near(gap, 0.0) for gap in record.gaps) for record in records)


def _log_odds(_items: Items, records: Records) -> list[float]:
    return [record.clean - record.corrupted for record in records]


def _sensitivity(items: Items, records: Records) -> list[float]:
    return [sigmoid(lost) for lost in _log_odds(items, records)]


class Written(NamedTuple):
    """What a model's own trace holds: for every step whether it is valid, the last result, the answer; None: unreadable."""

    valid: tuple[bool | None, ...]
    last: int | None
    answer: int | None

    @property
    def readable(self) -> bool:
        """Every step and the answer can be read, and there is a step."""
        return bool(self.valid) and None not in self.valid and self.answer is not None


def written(item: ChainItem, text: str) -> Written:
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
    return Written(tuple(valid), before if valid else None, int(ends[1]) if ends else None)


def _written(items: Items, records: Records) -> list[Written]:
    return [written(item, record.trace) for item, record in zip(items, records, strict=True)]


def _own_validity(items: Items, records: Records) -> list[float]:
    return [mean([bool(step) for step in one.valid] or [False]) for one in _written(items, records)]


def _parsed(items: Items, records: Records) -> list[float]:
    return [float(one.readable) for one in _written(items, records)]


def _consistent(items: Items, records: Records) -> list[float]:
    return [float(one.answer is not None and one.answer == one.last) for one in _written(items, records)]


def _wrong_process(items: Items, records: Records) -> list[float]:
    """Return 1 for every right answer after an invalid or unreadable step, or without any step, else 0."""
    return [
        float(one.answer == item.values()[-1] and not (one.valid and all(one.valid)))
        for item, one in zip(items, _written(items, records), strict=True)
    ]


def _begun(items: Items, records: Records) -> float:
    """Return the share of own traces that work something out from the chain's first number on, right or wrong, in one step or more.

    A model that ends at once, or writes one thing whatever it is asked, may still read a reference trace as it should.
    """
    return mean(
        [
            float(re.search(rf"(?<![0-9]){item.start}(?: ?[+-] ?[0-9]+)+ ?=", record.trace) is not None)
            for item, record in zip(items, records, strict=True)
        ]
    )


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="process",
    title="Sums step by step: every step checked, and one step of a reference trace corrupted",
    items=items,
    record=ChainRecord,
    failed=_failed,
    measures=(
        Measure("step_validity", _ranked_first, near_ties=_near_ties),
        Measure("corruption_sensitivity", _sensitivity),
        Measure("corruption_log_odds", _log_odds),
        Measure("own_trace_step_validity", _own_validity),
        Measure("trace_answer_consistency", _consistent),
        Measure("trace_parse_rate", _parsed),
        Measure("right_answer_wrong_process", _wrong_process),
    ),
    checks=(CONFIDENCE, Check("begins_the_chain", _begun)),
    from_rows=partial(items_from_rows, ID),
    file_form=chain_file.FILE_FORM,
)
