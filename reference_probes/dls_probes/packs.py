"""What is asked of a model, in tokens: jobs, the rows that they share, packs of rows, and the name that a pack's content gives it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

import msgspec

from dls.canonical import sha256_hex

PackKind: TypeAlias = Literal[
    "score", "distribution", "divergence", "generate", "check_text", "check_generation", "describe"
]


@dataclass(frozen=True, slots=True)
class TextJob:
    """Token ids to read; the answer is about the tokens from place `start` on (at least 1).

    `options` are token ids whose log-probability is wanted at the last place. With `after`, one more place counts:
    the distribution that follows the last token.
    """

    tokens: tuple[int, ...]
    start: int
    options: tuple[int, ...] = ()
    after: bool = False

    @property
    def path(self) -> tuple[int, ...]:
        """The tokens that the model reads: the last one is only predicted, unless `after`."""
        return self.tokens if self.after else self.tokens[:-1]

    @property
    def lead(self) -> tuple[int, ...]:
        """The tokens that have to be read, but after which nothing is asked."""
        return self.tokens[: self.start - 1]

    @property
    def places(self) -> range:
        """The places of the path whose next-token distribution is asked for."""
        return range(self.start - 1, len(self.path))

    def after_prefix(self, prefix: int) -> "TextJob":
        """Return what is left to read and to answer when so many tokens of the lead were read."""
        return replace(self, tokens=self.tokens[prefix:], start=self.start - prefix)


@dataclass(frozen=True, slots=True)
class GenerateJob:
    """Token ids to go on from, for at most `max_tokens` tokens; `noise` keys the sampling noise, None is greedy."""

    tokens: tuple[int, ...]
    max_tokens: int
    noise: int | None = None
    stop: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[int, ...]:
        """The tokens that the model reads before it writes."""
        return self.tokens

    @property
    def lead(self) -> tuple[int, ...]:
        """The tokens that have to be read, but after which nothing is asked."""
        return self.tokens[:-1]


Job: TypeAlias = TextJob | GenerateJob
PackRow: TypeAlias = tuple[Job, ...]  # jobs that share a row's prefix; a row without sharing has one job


@dataclass(frozen=True, slots=True)
class Pack:
    """The unit of work: rows that run together.

    Attributes:
        kind: what is asked.
        layout: how the rows are laid out (see `self_test`).
        rows: the jobs, with all of their tokens.
        prefix: how many tokens every job begins with that are read once, for this pack and others, and kept.

    """

    kind: PackKind
    layout: str
    rows: tuple[PackRow, ...]
    prefix: int = 0

    @property
    def jobs(self) -> list[Job]:
        """The jobs in the order of the answers: row by row."""
        return [job for row in self.rows for job in row]

    def name(self, context: str) -> str:
        """Return the SHA-256 of the content and of its context (probe, version, weights and settings, as one text)."""
        content = (context, self.kind, self.layout, self.rows)
        return sha256_hex(msgspec.json.encode((*content, self.prefix) if self.prefix else content))


@dataclass(frozen=True)
class Budget:
    """How much a pack may hold.

    Attributes:
        tokens: padded tokens of a pack; one path longer than that is a pack of its own.
        row: tokens of a row that several paths share; attention over a row grows with its square.
        rows: rows that generate together.
        positions: places of a pack whose logits are in memory together.

    """

    tokens: int = 2048
    row: int = 768
    rows: int = 64
    positions: int = 4096


def text_rows(pack: Pack) -> Sequence[Sequence[TextJob]]:
    """Return the rows of a pack of text, whose jobs all read text."""
    return cast("Sequence[Sequence[TextJob]]", pack.rows)


def rows_after_prefix(pack: Pack) -> list[list[TextJob]]:
    """Return what is left to read of a pack of text when its prefix was read."""
    return [[job.after_prefix(pack.prefix) for job in row] for row in text_rows(pack)]


def generate_jobs(pack: Pack) -> list[GenerateJob]:
    """Return the jobs of a pack of generation."""
    return cast("list[GenerateJob]", pack.jobs)


def shared_length(left: Sequence[int], right: Sequence[int]) -> int:
    """Return the length of the longest common prefix."""
    same, most = 0, min(len(left), len(right))
    while same < most:  # by bisection, since slices are compared many times faster than their members
        middle = (same + most + 1) // 2
        if left[same:middle] == right[same:middle]:
            same = middle
        else:
            most = middle - 1
    return same
