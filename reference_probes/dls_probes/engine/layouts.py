"""From a round's jobs to its packs, under the layouts and with the prefixes that agree with one request at a time."""

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
    """How one model's packs are laid out; a test is run again whenever a round has something longer than any before.

    Attributes:
        executor: runs the tests on the model.
        budget: how much a pack may hold.
        verdicts: of `text` and `generate`, and of the prefixes that are kept for each: `text prefix`, `generate prefix`.

    """

    executor: Executor
    budget: Budget
    verdicts: dict[str, LayoutVerdict] = field(default_factory=dict)
    _tested: dict[str, int] = field(default_factory=dict)

    def packs(self, keys: Sequence[Key]) -> list[Pack]:
        """Plan a round."""
        by_kind: dict[PackKind, list[Any]] = defaultdict(list)
        for kind, job in keys:
            by_kind[kind].append(job)
        packs: list[Pack] = []
        for kind in sorted(by_kind):
            jobs = by_kind[kind]
            layout = self._of_prompts(jobs) if kind == "generate" else self._of_texts(jobs)
            for group in self._groups(kind, jobs, layout):
                packs += self._planned(kind, group, layout)
        return packs

    def _of_texts(self, jobs: Sequence[TextJob]) -> str:
        longest = max(len(job.path) for job in jobs)
        if longest > self._tested.get("text", 0):
            rows = _tested_rows(text_packs("score", jobs, "tree/plain", self.budget))
            self._test("text", Pack("check_text", "", rows), longest)
        return self.verdicts["text"].layout

    def _of_prompts(self, jobs: Sequence[GenerateJob]) -> str:
        longest = max(len(job.tokens) + job.max_tokens for job in jobs)
        if longest > self._tested.get("generate", 0):
            self._test("generate", Pack("check_generation", "", _tested_prompts(jobs)), longest)
        return self.verdicts["generate"].layout

    def _groups(self, kind: PackKind, jobs: Sequence[Job], layout: str) -> list[PrefixGroup]:
        """Return the jobs by the prefix that is kept for them; all of them together, without one, where the test fails."""
        found = prefix_groups(jobs, self.budget) if supports_prefix(kind, layout) else []
        deepest = max(found, key=lambda group: group.prefix, default=PrefixGroup(0, ()))
        if not deepest.prefix:
            return [PrefixGroup(0, tuple(jobs))]
        what = "generate prefix" if kind == "generate" else "text prefix"
        if deepest.prefix > self._tested.get(what, 0):
            rows = (
                _tested_prompts(deepest.jobs)
                if kind == "generate"
                else _tested_rows(self._planned(kind, deepest, layout))
            )
            check: PackKind = "check_generation" if kind == "generate" else "check_text"
            self._test(what, Pack(check, layout, rows, deepest.prefix), deepest.prefix)
        return found if self.verdicts[what].layout == layout else [PrefixGroup(0, tuple(jobs))]

    def _planned(self, kind: PackKind, group: PrefixGroup, layout: str) -> list[Pack]:
        jobs: Any = group.jobs  # all of the kind's own class
        if kind == "generate":
            return generate_packs(jobs, layout, self.budget, group.prefix)
        return text_packs(kind, jobs, layout, self.budget, group.prefix)

    def _test(self, what: str, check: Pack, longest: int) -> None:
        (_, answers), *_ = self.executor.map([check])
        self.verdicts[what] = LayoutVerdict(*answers[0])
        self._tested[what] = longest


def _tested_rows(packs: Sequence[Pack]) -> tuple[tuple[TextJob, ...], ...]:
    """Return the rows on which a layout is tested: with the longest path, the largest one and the last."""
    rows = [tuple(row) for pack in packs for row in text_rows(pack)]
    deepest = max(rows, key=lambda row: max(len(job.path) for job in row))
    return tuple(dict.fromkeys((deepest, max(rows, key=row_size), rows[-1])))


def _tested_prompts(jobs: Sequence[Any]) -> tuple[tuple[GenerateJob], ...]:
    """Return the prompts on which a layout is tested, a row each: the longest one, one of the middle and the shortest."""
    ordered = sorted(set(jobs), key=lambda job: (-len(job.tokens) - job.max_tokens, job.tokens, job.noise or 0))
    return tuple((job,) for job in dict.fromkeys((ordered[0], ordered[len(ordered) // 2], ordered[-1])))
