"""From requests to jobs: token ids, the place where the continuation begins, and the key of the sampling noise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from dls_probes.arithmetic.sampling import noise_key
from dls_probes.engine.scheduler import ItemRequest
from dls_probes.packs import GenerateJob, Job, PackKind, TextJob
from dls_probes.requests import Continuation, Distribution, Divergence, Generate, Prompt, Score, Scored
from dls_probes.tokens.text import EmptyPrompt, PromptTokenizer

Key: TypeAlias = tuple[PackKind, Job]


@dataclass(frozen=True, slots=True)
class Encoding:
    """Encodes the requests of a round for one model; `seed` keys the sampling noise."""

    text: PromptTokenizer
    seed: int

    def keys(self, requests: Sequence[ItemRequest]) -> Iterator[Key | Exception | Scored]:
        """Yield for each request the job that answers it, its error, or its answer where none is necessary."""
        rows = self._token_ids([request for _, request in requests])
        for (item, request), (tokens, start) in zip(requests, rows, strict=True):
            try:
                yield self._key(item, request, tokens, start)
            except Exception as error:  # noqa: BLE001  becomes the item's error record
                yield error

    def _token_ids(self, requests: Sequence[Any]) -> list[tuple[tuple[int, ...], int]]:
        """Return for each request its token ids and the place where the continuation begins."""
        continuations: list[Continuation] = [getattr(request, "continuation", "") for request in requests]
        pairs: list[tuple[Prompt, str]] = [
            (request.prompt, continuation if isinstance(continuation, str) else "")
            for request, continuation in zip(requests, continuations, strict=True)
        ]
        return [
            (tokens + continuation, start) if isinstance(continuation, tuple) else (tokens, start)
            for continuation, (tokens, start) in zip(continuations, self.text.pairs(pairs), strict=True)
        ]

    def _key(self, item: str, request: Any, tokens: tuple[int, ...], start: int) -> Key | Scored:
        if start == 0:
            raise EmptyPrompt("the model has no BOS token, so a text that nothing precedes has no probability")
        if isinstance(request, Generate):
            return "generate", self._generate_job(item, request, tokens)
        self.text.refuse_too_long(len(tokens))
        if isinstance(request, Score):
            ids = (*tokens, self.text.end_of_turn) if request.end else tokens
            if len(ids) == start:
                return Scored(0.0, 0, greedy=True, gap=float("inf"))
            return "score", TextJob(ids, start)
        after = len(tokens) == start
        if isinstance(request, Divergence):
            return "divergence", TextJob(tokens, start, after=after or request.end)
        return "distribution", TextJob(tokens, start, self._options(request), after=after)

    def _generate_job(self, item: str, request: Generate, tokens: tuple[int, ...]) -> GenerateJob:
        if request.max_tokens < 1:
            raise ValueError(f"max_tokens is {request.max_tokens}; ask for one token or more")
        self.text.refuse_too_long(len(tokens) + request.max_tokens)
        noise = None if request.sample is None else noise_key(self.seed, item, request.sample)
        return GenerateJob(tokens, request.max_tokens, noise)

    def _options(self, request: Distribution) -> tuple[int, ...]:
        """Return the token of each option in the distribution at the last place."""
        if not request.options:
            return ()
        if request.continuation:
            raise ValueError("options stand right after the prompt; ask for them without a continuation")
        return self.text.options(request.prompt, request.options)
