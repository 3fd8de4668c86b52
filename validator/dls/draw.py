"""Keyed draws: every item of a generator is a pure function of (probe, seed, index)."""

from collections.abc import Sequence
from typing import TypeVar

from dls.canonical import sha256_bytes

T = TypeVar("T")

_WORD = 8  # bytes of one draw


class Draw:
    """A stream of uniform integers, the same on every machine and in every language.

    Draw ``j`` is the ``j``-th big-endian 64-bit word of SHA-256(key ‖ "/" ‖ block number), four words a block.
    Scaling by multiplication leaves a bias below 2^−50 for every range used here.
    """

    def __init__(self, *key: str | int) -> None:
        self._key = "/".join(map(str, key))
        self._block = 0
        self._words: list[int] = []

    def below(self, bound: int) -> int:
        """Return an integer in [0, bound)."""
        if not self._words:
            digest = sha256_bytes(f"{self._key}/{self._block}".encode())
            self._block += 1
            self._words = [int.from_bytes(digest[i : i + _WORD]) for i in range(0, len(digest), _WORD)]
        return self._words.pop(0) * bound >> 64

    def between(self, low: int, high: int) -> int:
        """Return an integer in [low, high], both ends included."""
        return low + self.below(high - low + 1)

    def choice(self, values: Sequence[T]) -> T:
        """Return one of the values, all equally likely."""
        return values[self.below(len(values))]

    def sample(self, values: Sequence[T], count: int) -> list[T]:
        """Return ``count`` different values in random order (a partial Fisher-Yates shuffle)."""
        pool = list(values)
        for i in range(count):
            j = i + self.below(len(pool) - i)
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:count]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """Return the values in random order."""
        return self.sample(values, len(values))
