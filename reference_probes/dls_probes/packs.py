"""The plan: which token sequences share a row, which rows share a pack, and the name that a pack's content gives it.

The plan is a pure function of the set of jobs, the layout and the budget, so that a re-run, a resume and any number
of workers meet the same packs, and with them the same bits.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

import msgspec

from dls.canonical import sha256_hex

Kind: TypeAlias = Literal[
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
    def places(self) -> range:
        """The places of the path whose next-token distribution is asked for."""
        return range(self.start - 1, len(self.path))


@dataclass(frozen=True, slots=True)
class GenerateJob:
    """Token ids to go on from, for at most `max_tokens` tokens; `noise` keys the sampling noise, None is greedy."""

    tokens: tuple[int, ...]
    max_tokens: int
    noise: int | None = None
    stop: tuple[str, ...] = ()


Job: TypeAlias = TextJob | GenerateJob
Row: TypeAlias = tuple[Job, ...]  # jobs that share a row's prefix; a row without sharing has one job


@dataclass(frozen=True, slots=True)
class Pack:
    """The unit of work: rows that run together. `layout` says how (see `self_test`)."""

    kind: Kind
    layout: str
    rows: tuple[Row, ...]

    @property
    def jobs(self) -> list[Job]:
        """The jobs in the order of the answers: row by row."""
        return [job for row in self.rows for job in row]

    def name(self, context: str) -> str:
        """Return the SHA-256 of the content and of its context (probe, version, weights and settings, as one text)."""
        return sha256_hex(msgspec.json.encode((context, self.kind, self.layout, self.rows)))


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


def generate_jobs(pack: Pack) -> list[GenerateJob]:
    """Return the jobs of a pack of generation."""
    return cast("list[GenerateJob]", pack.jobs)


def text_packs(kind: Kind, jobs: Iterable[TextJob], layout: str, budget: Budget) -> list[Pack]:
    """Plan jobs that read given text; under a tree layout, jobs with a common prompt share a row."""
    ordered = sorted(set(jobs), key=_order)
    rows = (
        list(_tree_rows(ordered, min(budget.row, budget.tokens)))
        if layout.startswith("tree")
        else [(job,) for job in ordered]
    )
    sizes = {row: row_size(row) for row in rows}
    rows.sort(key=lambda row: -sizes[row])  # stable, so equal sizes keep the order of their tokens
    packed = _filled([(row, sizes[row]) for row in rows], budget, equal=layout == "equal", alone=layout == "alone")
    return [Pack(kind, layout, tuple(chosen)) for chosen in packed]


def generate_packs(jobs: Iterable[GenerateJob], layout: str, budget: Budget) -> list[Pack]:
    """Plan jobs that generate: prompts of similar length together, and of those the ones that may go on for equally long."""
    ordered = sorted(
        set(jobs), key=lambda job: (-len(job.tokens), -job.max_tokens, job.tokens, job.noise or 0, job.stop)
    )
    sized = [((job,), len(job.tokens) + job.max_tokens) for job in ordered]
    room = Budget(budget.tokens * 8, budget.row, budget.rows)  # a step reads one token a row; the budget is the cache's
    packed = _filled(sized, room, equal=layout == "equal", alone=layout == "alone")
    return [Pack("generate", layout, tuple(chosen)) for chosen in packed]


def row_size(row: Sequence[TextJob]) -> int:
    """Return how many tokens a row reads: those of its first path, and of each further one what it does not share."""
    size = 0
    before: tuple[int, ...] = ()
    for job in row:
        path = job.path
        size += len(path) - shared_length(before, path)
        before = path
    return size


def shared_length(left: Sequence[int], right: Sequence[int]) -> int:
    """Return the length of the longest common prefix."""
    bound = min(len(left), len(right))
    if left[:bound] == right[:bound]:
        return bound
    return next(i for i in range(bound) if left[i] != right[i])


def _order(job: TextJob) -> tuple[object, ...]:
    return job.path, job.tokens, job.start, job.options, job.after


def _tree_rows(ordered: Sequence[TextJob], room: int) -> Iterator[tuple[TextJob, ...]]:
    """Group neighbours in lexicographic order: a path joins where it shares its prompt or half of itself, and fits."""
    row: list[TextJob] = []
    used = 0
    for job in ordered:
        path = job.path
        shared = shared_length(row[-1].path, path) if row else 0
        joins = shared >= min(job.start - 1, (len(path) + 1) // 2) and used + len(path) - shared <= room
        if row and not joins:
            yield tuple(row)
            row, used, shared = [], 0, 0
        row.append(job)
        used += len(path) - shared
    if row:
        yield tuple(row)


def _filled(sized: Sequence[tuple[Row, int]], budget: Budget, *, equal: bool, alone: bool) -> Iterator[list[Row]]:
    """Cut the rows, longest first, into packs whose padded size stays within the budget."""
    chosen: list[Row] = []
    longest = length = places = 0
    for row, size in sized:
        more = _places(row, budget)
        over = max(longest, size) * (len(chosen) + 1) > budget.tokens or places + more > budget.positions
        if chosen and (over or alone or (equal and len(row[0].tokens) != length)):
            yield chosen
            chosen, longest, places = [], 0, 0
        chosen.append(row)
        longest, length, places = max(longest, size), len(row[0].tokens), places + more
    if chosen:
        yield chosen


def _places(row: Row, budget: Budget) -> int:
    """Return how many places' logits a row needs; a row that generates takes its share of the rows' number."""
    if isinstance(row[0], GenerateJob):
        return max(1, budget.positions // budget.rows)
    return sum(len(job.places) for job in row if isinstance(job, TextJob))
