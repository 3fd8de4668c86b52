"""The share of a run's packs that one of several machines computes, which have nothing but a disk in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from dls.errors import DlsError

_Entry = TypeVar("_Entry")


class OpenRound(Exception):  # noqa: N818  no error: other shards answer the rest
    """A shard has run its packs of a round, and the rest of the round is not answered yet."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several shares of each round's packs: every `count`-th one, from the place `number - 1` on."""

    number: int
    count: int

    @classmethod
    def of(cls, text: str) -> "Shard":
        """Return the shard that a text such as `2/3` names.

        Raises:
            DlsError: it names none.
        """
        number, _, count = text.partition("/")
        if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
            raise DlsError(f"--shard {text} is no share of a run; the second of three is --shard 2/3")
        return cls(int(number), int(count))

    def share(self, packs: Sequence[_Entry]) -> Sequence[_Entry]:
        """Return the share of a round's packs, which every shard plans in the same order."""
        return packs[self.number - 1 :: self.count]
