"""From a round of requests to its answers: encode, deduplicate, plan, look up or run, decode."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dls_probes.engine.encoding import Encoding, Key
from dls_probes.engine.layouts import Layouts
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.packing import row_size
from dls_probes.engine.protocols import Executor
from dls_probes.engine.scheduler import ItemRequest, Reply
from dls_probes.packs import Budget, GenerateJob, Job, Pack, PackKind, generate_jobs, rows_after_prefix
from dls_probes.requests import Distributed, Diverged, Generated, Scored
from dls_probes.tokens.text import PromptTokenizer

_ANSWER_OF: dict[PackKind, type] = {"score": Scored, "distribution": Distributed, "divergence": Diverged}


class NotFinite(Exception):  # noqa: N818  its name stands in the error record
    """The model's output holds NaN or an infinity; half precision overflows that way."""


@dataclass
class Rounds:
    """Answers one round after another for one model.

    Attributes:
        text: the model's tokenizer and rules.
        executor: runs packs on the model.
        ledger: where finished packs are kept.
        context: what names the packs beside their content: probe, version, weights, settings.
        seed: of the sampling noise.
        budget: how much a pack may hold.
        on_pack: hears the number of tokens of each finished pack.
        on_text: hears every text that was generated.
        layouts: how packs are laid out.
        events: what happened while the packs of these rounds ran, in this run or in the one that it goes on with.

    """

    text: PromptTokenizer
    executor: Executor
    ledger: Ledger
    context: str
    seed: int
    budget: Budget = field(default_factory=Budget)
    on_pack: Callable[[int], None] = lambda _: None
    events: list[str] = field(default_factory=list)
    on_text: Callable[[Generated], None] = lambda _: None
    layouts: Layouts = field(init=False)
    _seen: int = field(init=False)

    def __post_init__(self) -> None:
        self.layouts = Layouts(self.executor, self.budget)
        self._seen = len(self.executor.events())

    def answer(self, asked: Sequence[ItemRequest]) -> Iterator[tuple[int, Reply]]:
        """Yield (place, answer) for every request, in the order in which packs are finished."""
        waiting: dict[Key, list[int]] = defaultdict(list)
        for place, found in enumerate(Encoding(self.text, self.seed).keys(asked)):
            if isinstance(found, Exception | Scored):
                yield place, found
            else:
                waiting[found].append(place)
        packs = self.layouts.packs(list(waiting))
        self.events += self._happened()
        for pack, answers in self._run(packs):
            for job, answer in zip(pack.jobs, answers, strict=True):
                reply = self._reply(pack.kind, job, answer)
                for place in waiting[pack.kind, job]:
                    yield place, reply

    def _run(self, packs: Sequence[Pack]) -> Iterator[tuple[Pack, Any]]:
        """Yield every pack with its answers as JSON values, the finished ones first."""
        left: dict[Pack, str] = {}
        for pack in packs:
            name = pack.name(self.context)
            finished = self.ledger.answers(name)
            if finished is None:
                left[pack] = name
            else:
                self.events += self.ledger.events(name)
                self.on_pack(_tokens(pack))
                yield pack, finished
        for pack, answers in self.executor.map(left) if left else ():
            happened = self._happened()
            stored = self.ledger.put(left[pack], answers, happened)
            self.events += happened
            self.on_pack(_tokens(pack))
            yield pack, stored

    def _happened(self) -> list[str]:
        """Return the executor's events since this was asked last."""
        every = self.executor.events()
        new, self._seen = every[self._seen :], len(every)
        return new

    def _reply(self, kind: PackKind, job: Job, answer: Any) -> Reply:
        try:
            if isinstance(job, GenerateJob):
                said = self._generated(job, *answer)
                self.on_text(said)
                return said
            return msgspec.convert(answer, _ANSWER_OF[kind])
        except (TypeError, msgspec.ValidationError):  # JSON writes NaN and the infinities as null
            return NotFinite("the model's output holds NaN or an infinity; choose --dtype float32")

    def _generated(self, job: GenerateJob, tokens: Sequence[int], ended: bool, gap: float) -> Generated:  # noqa: FBT001
        text = self.text.decode(job.tokens, tokens)
        cuts = [text.index(stop) for stop in job.stop if stop in text]
        canonical = self.text.canonical(job.tokens, tokens)
        return Generated(text[: min(cuts)] if cuts else text, tuple(tokens), ended, float(gap), canonical)


def _tokens(pack: Pack) -> int:
    """Return the tokens that a pack reads, and for generation also those it may write."""
    if pack.kind == "generate":
        return sum(len(job.tokens) - pack.prefix + job.max_tokens for job in generate_jobs(pack))
    return sum(map(row_size, rows_after_prefix(pack)))
