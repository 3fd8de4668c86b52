"""`process.chain`: sums worked out step by step, where a program can check every step."""

import msgspec

from dls.draw import Draw
from dls.probes.phrasings import phrase

ID = "process.chain"
STEPS = 3
_HIGHEST = 99


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


def items(seed: int, n: int) -> tuple[ChainItem, ...]:
    """Return ``n`` chains of three steps that stay between 10 and 99."""
    return tuple(chain(Draw(ID, seed, index), index) for index in range(n))


def chain(draw: Draw, index: int, steps: int = STEPS) -> ChainItem:
    """Draw one chain of some steps."""
    start = draw.between(10, _HIGHEST)
    total, terms = start, []
    for _ in range(steps):
        size = draw.between(2, 9)
        down = total + size > _HIGHEST or (total - size >= 10 and draw.below(2) == 1)  # noqa: PLR2004
        terms.append(-size if down else size)
        total += terms[-1]
    shown = " ".join(["what is", str(start), *(f"{'-' if t < 0 else '+'} {abs(t)}" for t in terms), "step by step"])
    return ChainItem(id=f"{index:06d}", question=phrase(index, shown), start=start, terms=tuple(terms))


def trace(start: int, terms: tuple[int, ...]) -> str:
    """Write the steps of a chain and its answer: ``"34 + 5 = 39; 39 - 8 = 31; answer 31"``."""
    steps, total = [], start
    for term in terms:
        steps.append(f"{total} {'-' if term < 0 else '+'} {abs(term)} = {total + term}")
        total += term
    return "; ".join([*steps, f"answer {total}"])
