"""The plan: which token sequences share a row, and which rows share a pack.

The plan is a pure function of the set of jobs, the layout and the budget. So a second run, a resume and any number of
workers compute the same packs, and with them the same bits.
"""

from collections.abc import Iterable, Iterator, Sequence

from dls_probes.packs import Budget, GenerateJob, Pack, PackKind, PackRow, TextJob, shared_length


def text_packs(kind: PackKind, jobs: Iterable[TextJob], layout: str, budget: Budget, prefix: int = 0) -> list[Pack]:
    """Plan text jobs; under a tree layout, jobs with a common prompt or with a kept prefix share a row."""
    by_path = sorted(set(jobs), key=_order)
    rows = (
        list(_tree_rows(by_path, min(budget.row, budget.tokens), prefix))
        if layout.startswith("tree")
        else [(job,) for job in by_path]
    )
    sizes = {row: row_size(row) - prefix for row in rows}
    rows.sort(key=lambda row: -sizes[row])  # stable, so rows of equal size stay in the order of their tokens
    batches = _batches([(row, sizes[row]) for row in rows], budget, equal=layout == "equal", alone=layout == "alone")
    return [Pack(kind, layout, tuple(batch), prefix) for batch in batches]


def generate_packs(jobs: Iterable[GenerateJob], layout: str, budget: Budget, prefix: int = 0) -> list[Pack]:
    """Plan jobs that generate: prompts of similar length together, and among those answers of similar length."""
    by_length = sorted(set(jobs), key=lambda job: (-len(job.tokens), -job.max_tokens, job.tokens, job.noise or 0))
    sizes = [((job,), len(job.tokens) + job.max_tokens) for job in by_length]
    limits = Budget(budget.cache, budget.row, budget.rows)  # a step reads one token per row
    batches = _batches(sizes, limits, equal=layout == "equal", alone=layout == "alone")
    return [Pack("generate", layout, tuple(batch), prefix) for batch in batches]


def row_size(row: Sequence[TextJob]) -> int:
    """Return the number of nodes of a row's trie; the jobs are in lexicographic order of their paths."""
    size = 0
    previous: tuple[int, ...] = ()
    for job in row:
        path = job.path
        size += len(path) - shared_length(previous, path)
        previous = path
    return size


def _order(job: TextJob) -> tuple[object, ...]:
    return job.path, job.tokens, job.start, job.options, job.after


def _tree_rows(jobs: Sequence[TextJob], capacity: int, prefix: int) -> Iterator[tuple[TextJob, ...]]:
    """Group neighbours in lexicographic order of their paths.

    A path joins the row before it where it fits the capacity in tokens, and where it shares a kept prefix, its prompt
    or half of its own tokens.
    """
    row: list[TextJob] = []
    size = 0
    for job in jobs:
        path = job.path
        common = shared_length(row[-1].path, path) if row else prefix
        near = bool(prefix) or common >= min(job.start - 1, (len(path) + 1) // 2)
        if row and not (near and size + len(path) - common <= capacity):
            yield tuple(row)
            row, size, common = [], 0, prefix
        row.append(job)
        size += len(path) - common
    if row:
        yield tuple(row)


def _batches(
    sizes: Sequence[tuple[PackRow, int]], budget: Budget, *, equal: bool, alone: bool
) -> Iterator[list[PackRow]]:
    """Divide rows, longest first, into batches whose padded size stays within the budget."""
    batch: list[PackRow] = []
    longest = length = places = 0
    for row, size in sizes:
        row_places = _places(row, budget)
        tokens = max(longest, size) * (len(batch) + 1)
        full = tokens > budget.tokens or places + row_places > budget.positions
        if batch and (full or alone or (equal and len(row[0].path) != length)):
            yield batch
            batch, longest, places = [], 0, 0
        batch.append(row)
        longest, length, places = max(longest, size), len(row[0].path), places + row_places
    if batch:
        yield batch


def _places(row: PackRow, budget: Budget) -> int:
    """Return the number of places of a row; a row that generates takes an equal share of the budget's positions."""
    if isinstance(row[0], GenerateJob):
        return max(1, budget.positions // budget.rows)
    return sum(len(job.places) for job in row if isinstance(job, TextJob))
