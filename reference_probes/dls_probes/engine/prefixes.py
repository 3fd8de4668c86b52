"""Prefix caching: which jobs begin with the same long text, whose KV cache is computed once for all of them.

A few-shot prompt before every question is such a prefix, and so is a passage that many questions are about.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dls_probes.packs import Budget, Job, shared_length

LONG = 64  # tokens from which a prefix is worth a cache


class PrefixGroup(NamedTuple):
    """Jobs, and the length in tokens of the prefix that is cached for all of them; 0 for none."""

    prefix: int
    jobs: tuple[Job, ...]


def prefix_groups(jobs: Iterable[Job], budget: Budget) -> list[PrefixGroup]:
    """Group jobs by their prefixes: a pure function of the set of jobs.

    A prefix is cached where it is long and where its jobs overfill a row; otherwise one row reads it once anyway.
    """
    by_lead = sorted(dict.fromkeys(jobs), key=lambda job: (job.lead, job.path))
    common = [shared_length(first.lead, second.lead) for first, second in pairwise(by_lead)]
    groups = list(_groups(by_lead, common, budget.row))
    return groups if any(group.prefix for group in groups) else [PrefixGroup(0, tuple(by_lead))]


def _groups(jobs: Sequence[Job], common: Sequence[int], capacity: int) -> Iterator[PrefixGroup]:
    """Yield the groups of jobs in lexicographic order; `common[i]` is the common prefix length of jobs i and i + 1."""
    shortest = min(common, default=len(jobs[0].lead))
    prefix = shortest if shortest >= LONG and _size(jobs, common) > capacity else 0
    cuts = [0, *(i + 1 for i, length in enumerate(common) if length == shortest), len(jobs)]
    rest: list[Job] = []
    for first, last in pairwise(cuts):
        part, part_common = jobs[first:last], common[first : last - 1]
        longer = min(part_common, default=0)
        if longer >= prefix + LONG and _size(part, part_common) > capacity:
            yield from _groups(part, part_common, capacity)
        else:
            rest += part
    if rest:
        yield PrefixGroup(prefix, tuple(rest))


def _size(jobs: Sequence[Job], common: Sequence[int]) -> int:
    """Return the number of tokens of one row of all the jobs."""
    return sum(len(job.path) for job in jobs) - sum(common)
