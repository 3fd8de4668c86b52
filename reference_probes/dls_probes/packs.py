"""Requests as token ids: jobs, the rows that they share, and packs of rows, which are named by their content."""

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
    """Token ids of a text; the answer is about the tokens from place `start` on (at least 1).

    `options` are token ids whose log-probability the answer gives at the last place. With `after`, there is one more
    place: the distribution that follows the last token.
    """

    tokens: tuple[int, ...]
    start: int
    options: tuple[int, ...] = ()
    after: bool = False

    @property
    def path(self) -> tuple[int, ...]:
        """The input tokens: the last token is only predicted, unless `after`."""
        return self.tokens if self.after else self.tokens[:-1]

    @property
    def lead(self) -> tuple[int, ...]:
        """The input tokens whose next-token distribution the answer does not use."""
        return self.tokens[: self.start - 1]

    @property
    def places(self) -> range:
        """The places of the path whose next-token distribution the answer uses."""
        return range(self.start - 1, len(self.path))

    def after_prefix(self, prefix: int) -> "TextJob":
        """Return the job without a prefix of this many tokens, which lies within its lead."""
        return replace(self, tokens=self.tokens[prefix:], start=self.start - prefix)


@dataclass(frozen=True, slots=True)
class GenerateJob:
    """Token ids of a prompt, to be continued by at most `max_tokens` tokens.

    `noise` is the key of the sampling noise; None is greedy decoding.
    """

    tokens: tuple[int, ...]
    max_tokens: int
    noise: int | None = None

    @property
    def path(self) -> tuple[int, ...]:
        """The input tokens of the prefill."""
        return self.tokens

    @property
    def lead(self) -> tuple[int, ...]:
        """The input tokens whose next-token distribution the answer does not use."""
        return self.tokens[:-1]


Job: TypeAlias = TextJob | GenerateJob
PackRow: TypeAlias = tuple[Job, ...]  # the jobs of one trie; in a layout without tree attention, one job


@dataclass(frozen=True, slots=True)
class Pack:
    """The unit of work: rows that run in one batch.

    Attributes:
        kind: the kind of request.
        layout: how the rows become a batch (see `self_test`).
        rows: the jobs, with all of their tokens.
        prefix: length of the prefix of every job whose KV cache is kept, for this pack and others; 0 for none.

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
        """Return the SHA-256 of the content and its context (probe, version, weights and settings, as one text)."""
        content = (context, self.kind, self.layout, self.rows)
        return sha256_hex(msgspec.json.encode((*content, self.prefix) if self.prefix else content))


@dataclass(frozen=True)
class Budget:
    """The largest size of a pack.

    Attributes:
        tokens: padded tokens of a pack; a longer path is a pack of its own.
        row: tokens of a row that several paths share; the cost of attention grows with the square of it.
        rows: rows of a pack that generates.
        positions: places of a pack whose logits are in memory at once.
        cache: tokens in the KV cache of a pack that generates; a longer row is a pack of its own.

    """

    tokens: int = 2048
    row: int = 768
    rows: int = 64
    positions: int = 4096
    cache: int = 16_384


def text_rows(pack: Pack) -> Sequence[Sequence[TextJob]]:
    """Return the rows of a pack whose jobs are all texts."""
    return cast("Sequence[Sequence[TextJob]]", pack.rows)


def rows_after_prefix(pack: Pack) -> list[list[TextJob]]:
    """Return the rows of a pack of texts without the pack's prefix."""
    return [[job.after_prefix(pack.prefix) for job in row] for row in text_rows(pack)]


def generate_jobs(pack: Pack) -> list[GenerateJob]:
    """Return the jobs of a pack that generates."""
    return cast("list[GenerateJob]", pack.jobs)


def shared_length(first: Sequence[int], second: Sequence[int]) -> int:
    """Return the length of the longest common prefix."""
    low, high = 0, min(len(first), len(second))
    while low < high:  # by bisection, since Python compares slices many times faster than their members
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
