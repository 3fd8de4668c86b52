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
from dls_probes.engine.prompts import prompts_sha256
from dls_probes.engine.protocols import Executor
from dls_probes.engine.scheduler import ItemRequest, Reply
from dls_probes.engine.shard import OpenRound, Shard
from dls_probes.packs import Budget, GenerateJob, Job, Pack, PackKind, generate_jobs, rows_after_prefix
from dls_probes.requests import Distributed, Diverged, Generated, Scored
from dls_probes.tokens.text import PromptTokenizer

_ANSWER_OF: dict[PackKind, type] = {"score": Scored, "distribution": Distributed, "divergence": Diverged}


class NotFinite(Exception):  # noqa: N818  error records carry the name
    """The model's output holds NaN or an infinity, as after an overflow in half precision."""


@dataclass
class Rounds:
    """Answers one round after another for one model.

    Attributes:
        text: the model's tokenizer and rules.
        executor: runs packs on the model.
        ledger: the complete packs.
        context: names the packs beside their content: probe, version, weights, settings.
        seed: of the sampling noise.
        budget: the largest size of a pack.
        shard: the share of the packs that this run computes; None for all.
        on_pack: called with the number of tokens of each complete pack.
        on_text: called with every generated answer.
        layouts: the layouts of the packs.
        events: the events of the packs of these rounds, in this run or in the earlier run that it continues.
        prompts_sha256: the digest of the first round's prompts; later rounds follow from the model's answers.

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
    shard: Shard | None = None
    layouts: Layouts = field(init=False)
    prompts_sha256: str | None = None
    _event_count: int = field(init=False)

    def __post_init__(self) -> None:
        self.layouts = Layouts(self.executor, self.budget)
        self._event_count = len(self.executor.events())

    def answer(self, requests: Sequence[ItemRequest]) -> Iterator[tuple[int, Reply]]:
        """Yield (place, answer) for every request, in the order in which packs complete.

        Raises:
            OpenRound: the packs of other shards are not answered yet.

        """
        places: dict[Key, list[int]] = defaultdict(list)
        keys = list(Encoding(self.text, self.seed).keys(requests))
        self.prompts_sha256 = self.prompts_sha256 or prompts_sha256(requests, keys)
        for place, key in enumerate(keys):
            if isinstance(key, Exception | Scored):
                yield place, key
            else:
                places[key].append(place)
        packs = self.layouts.packs(list(places))
        self.events += self._new_events()
        for pack, answers in self._run(packs):
            for job, answer in zip(pack.jobs, answers, strict=True):
                reply = self._reply(pack.kind, job, answer)
                for place in places[pack.kind, job]:
                    yield place, reply

    def _run(self, packs: Sequence[Pack]) -> Iterator[tuple[Pack, Any]]:
        """Yield every pack with its answers as JSON values, those of the ledger first."""
        names: dict[Pack, str] = {}
        for pack in packs:
            name = pack.name(self.context)
            answers = self.ledger.answers(name)
            if answers is None:
                names[pack] = name
            else:
                self.events += self.ledger.events(name)
                self.on_pack(_tokens(pack))
                yield pack, answers
        share = names if self.shard is None else [pack for pack in self.shard.share(packs) if pack in names]
        for pack, answers in self.executor.map(share) if share else ():
            events = self._new_events()
            values = self.ledger.put(names[pack], answers, events)
            self.events += events
            self.on_pack(_tokens(pack))
            yield pack, values
        if len(share) < len(names):
            raise OpenRound

    def _new_events(self) -> list[str]:
        """Return the executor's events since the last call."""
        events = self.executor.events()
        new, self._event_count = events[self._event_count :], len(events)
        return new

    def _reply(self, kind: PackKind, job: Job, answer: Any) -> Reply:
        try:
            if isinstance(job, GenerateJob):
                generation = self._generation(job, *answer)
                self.on_text(generation)
                return generation
            return msgspec.convert(answer, _ANSWER_OF[kind])
        except (TypeError, msgspec.ValidationError):  # JSON writes NaN and the infinities as null
            return NotFinite("the model's output holds NaN or an infinity; ask both models with another --dtype")

    def _generation(self, job: GenerateJob, tokens: Sequence[int], end: bool, gap: float) -> Generated:  # noqa: FBT001
        text = self.text.decode(job.tokens, tokens)
        canonical = self.text.canonical(job.tokens, tokens)
        return Generated(text, tuple(tokens), end, float(gap), canonical)


def _tokens(pack: Pack) -> int:
    """Return the number of input tokens of a pack, and for generation also of those that it may generate."""
    if pack.kind == "generate":
        return sum(len(job.tokens) - pack.prefix + job.max_tokens for job in generate_jobs(pack))
    return sum(map(row_size, rows_after_prefix(pack)))
