"""Chains of sums, and their traces: written step by step, and read back."""

import re
from typing import NamedTuple

import msgspec

_STEP = re.compile(r"([0-9]{1,6}) ?([+-]) ?([0-9]{1,6}) ?= ?([0-9]{1,6})")
_ANSWER = re.compile(r"(?:the )?answer(?: is|:)? ([0-9]{1,6})")


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


def trace(start: int, terms: tuple[int, ...]) -> str:
    """Write the steps of a chain and its answer: ``"34 + 5 = 39; 39 - 8 = 31; answer 31"``."""
    return f"{'; '.join(steps(start, terms))}; answer {start + sum(terms)}"


def steps(start: int, terms: tuple[int, ...], slip: tuple[int, int] | None = None) -> list[str]:
    """Write the steps of a chain.

    ``slip`` is the index of one step and the error of its result; the steps after it go on from the wrong result.
    """
    lines, total = [], start
    for place, term in enumerate(terms):
        result = total + term + (slip[1] if slip and slip[0] == place else 0)
        lines.append(f"{total} {'-' if term < 0 else '+'} {abs(term)} = {result}")
        total = result
    return lines


class Trace(NamedTuple):
    """A model's trace: whether each step is valid, None where unreadable; the last result; the answer."""

    valid: tuple[bool | None, ...]
    last: int | None
    answer: int | None

    @property
    def readable(self) -> bool:
        """Each step and the answer can be read, and there is a step."""
        return bool(self.valid) and None not in self.valid and self.answer is not None


def read_trace(item: ChainItem, text: str) -> Trace:
    """Read a trace.

    A step is valid if it goes on from the result before it, takes the chain's next term, and is right.
    """
    parts = [part.strip() for part in re.split(r"[;\n]", text.lower().strip(" .")) if part.strip()]
    answer = _ANSWER.fullmatch(parts[-1]) if parts else None
    valid: list[bool | None] = []
    before: int | None = item.start
    for place, part in enumerate(parts[:-1] if answer else parts):
        step = _STEP.fullmatch(part)
        if step is None:
            valid.append(None)
            before = None
            continue
        start, result = int(step[1]), int(step[4])
        term = int(step[3]) if step[2] == "+" else -int(step[3])
        valid.append(start == before and item.terms[place : place + 1] == (term,) and start + term == result)
        before = result
    return Trace(tuple(valid), before if valid else None, int(answer[1]) if answer else None)
