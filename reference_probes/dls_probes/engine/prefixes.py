"""Which jobs begin with the same long text, so that it is read once for all of them (prefix caching).

Solved items before every question are such a text, and so is a passage that many questions are about.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dls_probes.packs import Budget, Job, shared_length

LONG = 64  # tokens from which on a text is worth keeping


class PrefixGroup(NamedTuple):
    """Jobs, and how many tokens all of them begin with that are worth keeping; 0 where none are."""

    prefix: int
    jobs: tuple[Job, ...]


def prefix_groups(jobs: Iterable[Job], budget: Budget) -> list[PrefixGroup]:
    """Part jobs by the texts that they begin with: a pure function of their set.

    A text is kept where it is long and where what follows it overfills a row: else one row reads it once anyway.
    """
    ordered = sorted(dict.fromkeys(jobs), key=lambda job: (job.lead, job.path))
    common = [shared_length(one.lead, other.lead) for one, other in pairwise(ordered)]
    found = list(_parted(ordered, common, budget.row))
    return found if any(group.prefix for group in found) else [PrefixGroup(0, tuple(ordered))]


def _parted(jobs: Sequence[Job], common: Sequence[int], room: int) -> Iterator[PrefixGroup]:
    """Yield the groups of jobs in lexicographic order; `common[i]` is how many tokens jobs i and i + 1 begin with together."""
    shared = min(common, default=len(jobs[0].lead))
    kept = shared if shared >= LONG and _size(jobs, common) > room else 0
    cuts = [0, *(i + 1 for i, length in enumerate(common) if length == shared), len(jobs)]
    rest: list[Job] = []
    for first, last in pairwise(cuts):
        part, inside = jobs[first:last], common[first : last - 1]
        longer = min(inside, default=0)
        if longer >= kept + LONG and _size(part, inside) > room:
            yield from _parted(part, inside, room)
        else:
            rest += part
    if rest:
        yield PrefixGroup(kept, tuple(rest))


def _size(jobs: Sequence[Job], common: Sequence[int]) -> int:
    """Return how many tokens one row of all the jobs would hold."""
    return sum(len(job.path) for job in jobs) - sum(common)
