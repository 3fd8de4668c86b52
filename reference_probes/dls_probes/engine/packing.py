"""The plan: which token sequences share a row, and which rows share a pack.

The plan is a pure function of the set of jobs, the layout and the budget, so that a re-run, a resume and any number
of workers meet the same packs, and with them the same bits.
"""

from collections.abc import Iterable, Iterator, Sequence

from dls_probes.packs import Budget, GenerateJob, Pack, PackKind, PackRow, TextJob, shared_length


def text_packs(kind: PackKind, jobs: Iterable[TextJob], layout: str, budget: Budget, prefix: int = 0) -> list[Pack]:
    """Plan jobs that read given text; under a tree layout, jobs with a common prompt or with a kept prefix share a row."""
    ordered = sorted(set(jobs), key=_order)
    rows = (
        list(_tree_rows(ordered, min(budget.row, budget.tokens), prefix))
        if layout.startswith("tree")
        else [(job,) for job in ordered]
    )
    sizes = {row: row_size(row) - prefix for row in rows}
    rows.sort(key=lambda row: -sizes[row])  # stable, so equal sizes keep the order of their tokens
    packed = _filled([(row, sizes[row]) for row in rows], budget, equal=layout == "equal", alone=layout == "alone")
    return [Pack(kind, layout, tuple(chosen), prefix) for chosen in packed]


def generate_packs(jobs: Iterable[GenerateJob], layout: str, budget: Budget, prefix: int = 0) -> list[Pack]:
    """Plan jobs that generate: prompts of similar length together, and of those the ones that may go on for equally long."""
    ordered = sorted(
        set(jobs), key=lambda job: (-len(job.tokens), -job.max_tokens, job.tokens, job.noise or 0, job.stop)
    )
    sized = [((job,), len(job.tokens) + job.max_tokens) for job in ordered]
    room = Budget(budget.tokens * 8, budget.row, budget.rows)  # a step reads one token a row; the budget is the cache's
    packed = _filled(sized, room, equal=layout == "equal", alone=layout == "alone")
    return [Pack("generate", layout, tuple(chosen), prefix) for chosen in packed]


def row_size(row: Sequence[TextJob]) -> int:
    """Return how many tokens a row reads: those of its first path, and of each further one what it does not share."""
    size = 0
    before: tuple[int, ...] = ()
    for job in row:
        path = job.path
        size += len(path) - shared_length(before, path)
        before = path
    return size


def _order(job: TextJob) -> tuple[object, ...]:
    return job.path, job.tokens, job.start, job.options, job.after


def _tree_rows(ordered: Sequence[TextJob], room: int, prefix: int) -> Iterator[tuple[TextJob, ...]]:
    """Group neighbours in lexicographic order: a path joins where it fits, and shares a kept prefix, its prompt or half of itself."""
    row: list[TextJob] = []
    used = 0
    for job in ordered:
        path = job.path
        shared = shared_length(row[-1].path, path) if row else prefix
        near = bool(prefix) or shared >= min(job.start - 1, (len(path) + 1) // 2)
        if row and not (near and used + len(path) - shared <= room):
            yield tuple(row)
            row, used, shared = [], 0, prefix
        row.append(job)
        used += len(path) - shared
    if row:
        yield tuple(row)


def _filled(
    sized: Sequence[tuple[PackRow, int]], budget: Budget, *, equal: bool, alone: bool
) -> Iterator[list[PackRow]]:
    """Cut the rows, longest first, into packs whose padded size stays within the budget."""
    chosen: list[PackRow] = []
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


def _places(row: PackRow, budget: Budget) -> int:
    """Return how many places' logits a row needs; a row that generates takes its share of the rows' number."""
    if isinstance(row[0], GenerateJob):
        return max(1, budget.positions // budget.rows)
    return sum(len(job.places) for job in row if isinstance(job, TextJob))
