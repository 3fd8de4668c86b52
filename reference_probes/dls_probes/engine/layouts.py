"""From a round's jobs to its packs, with layouts and kept prefixes that agree with one request at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dls_probes.engine.encoding import Key
from dls_probes.engine.packing import generate_packs, row_size, text_packs
from dls_probes.engine.prefix_self_test import supports_prefix
from dls_probes.engine.prefixes import PrefixGroup, prefix_groups
from dls_probes.engine.protocols import Executor
from dls_probes.engine.self_test import LayoutVerdict
from dls_probes.packs import Budget, GenerateJob, Job, Pack, PackKind, TextJob, text_rows


@dataclass
class Layouts:
    """The layouts of one model's packs; a test runs again whenever a round has a longer job than all rounds before.

    Attributes:
        executor: runs the tests on the model.
        budget: the largest size of a pack.
        verdicts: of `text` and `generate`, and of their kept prefixes, `text prefix` and `generate prefix`.

    """

    executor: Executor
    budget: Budget
    verdicts: dict[str, LayoutVerdict] = field(default_factory=dict)
    _longest: dict[str, int] = field(default_factory=dict)

    def packs(self, keys: Sequence[Key]) -> list[Pack]:
        """Plan a round."""
        by_kind: dict[PackKind, list[Any]] = defaultdict(list)
        for kind, job in keys:
            by_kind[kind].append(job)
        packs: list[Pack] = []
        for kind in sorted(by_kind):
            jobs = by_kind[kind]
            layout = self._generation_layout(jobs) if kind == "generate" else self._text_layout(jobs)
            for group in self._groups(kind, jobs, layout):
                packs += self._plan(kind, group, layout)
        return packs

    def _text_layout(self, jobs: Sequence[TextJob]) -> str:
        longest = max(len(job.path) for job in jobs)
        if longest > self._longest.get("text", 0):
            rows = _test_rows(text_packs("score", jobs, "tree/plain", self.budget))
            self._test("text", Pack("check_text", "", rows), longest)
        return self.verdicts["text"].layout

    def _generation_layout(self, jobs: Sequence[GenerateJob]) -> str:
        longest = max(len(job.tokens) + job.max_tokens for job in jobs)
        if longest > self._longest.get("generate", 0):
            self._test("generate", Pack("check_generation", "", _test_prompts(jobs)), longest)
        return self.verdicts["generate"].layout

    def _groups(self, kind: PackKind, jobs: Sequence[Job], layout: str) -> list[PrefixGroup]:
        """Return the jobs by their kept prefix; one group without a prefix where the prefix test fails."""
        groups = prefix_groups(jobs, self.budget) if supports_prefix(kind, layout) else []
        deepest = max(groups, key=lambda group: group.prefix, default=PrefixGroup(0, ()))
        if not deepest.prefix:
            return [PrefixGroup(0, tuple(jobs))]
        name = "generate prefix" if kind == "generate" else "text prefix"
        if deepest.prefix > self._longest.get(name, 0):
            self._test(name, self._prefix_check(kind, deepest, layout), deepest.prefix)
        return groups if self.verdicts[name].layout == layout else [PrefixGroup(0, tuple(jobs))]

    def _prefix_check(self, kind: PackKind, group: PrefixGroup, layout: str) -> Pack:
        """Return the pack that tests a layout with the prefix of a group."""
        if kind == "generate":
            return Pack("check_generation", layout, _test_prompts(group.jobs), group.prefix)
        return Pack("check_text", layout, _test_rows(self._plan(kind, group, layout)), group.prefix)

    def _plan(self, kind: PackKind, group: PrefixGroup, layout: str) -> list[Pack]:
        jobs: Any = group.jobs  # all of the class that belongs to the kind
        if kind == "generate":
            return generate_packs(jobs, layout, self.budget, group.prefix)
        return text_packs(kind, jobs, layout, self.budget, group.prefix)

    def _test(self, name: str, check: Pack, longest: int) -> None:
        (_, answers), *_ = self.executor.map([check])
        self.verdicts[name] = LayoutVerdict(*answers[0])
        self._longest[name] = longest


def _test_rows(packs: Sequence[Pack]) -> tuple[tuple[TextJob, ...], ...]:
    """Return the rows that test a layout: the row of the longest path, the largest row and the last row."""
    rows = [tuple(row) for pack in packs for row in text_rows(pack)]
    deepest = max(rows, key=lambda row: max(len(job.path) for job in row))
    return tuple(dict.fromkeys((deepest, max(rows, key=row_size), rows[-1])))


def _test_prompts(jobs: Sequence[Any]) -> tuple[tuple[GenerateJob], ...]:
    """Return the prompts that test a layout, a row each: the longest, the median and the shortest."""
    by_length = sorted(set(jobs), key=lambda job: (-len(job.tokens) - job.max_tokens, job.tokens, job.noise or 0))
    prompts = dict.fromkeys((by_length[0], by_length[len(by_length) // 2], by_length[-1]))
    return tuple((job,) for job in prompts)
