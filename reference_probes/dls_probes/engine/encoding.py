"""From requests to what has to be computed for them: token ids, where the continuation begins, and the noise."""

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

    def keys(self, asked: Sequence[ItemRequest]) -> Iterator[Key | Exception | Scored]:
        """Yield what to compute for each request, or its answer where nothing has to be computed."""
        encoded = self._encoded([request for _, request in asked])
        for (item, request), (tokens, start) in zip(asked, encoded, strict=True):
            try:
                yield self._key(item, request, tokens, start)
            except Exception as error:  # noqa: BLE001  becomes the item's error record
                yield error

    def _encoded(self, requests: Sequence[Any]) -> list[tuple[tuple[int, ...], int]]:
        """Return token ids and where the continuation begins, for each request."""
        pairs: list[tuple[Prompt, str]] = []
        for request in requests:
            given: Continuation = getattr(request, "continuation", "")
            pairs.append((request.prompt, given if isinstance(given, str) else ""))
        encoded = self.text.pairs(pairs)
        return [
            (tokens + request.continuation, start)
            if isinstance(getattr(request, "continuation", ""), tuple)
            else (tokens, start)
            for request, (tokens, start) in zip(requests, encoded, strict=True)
        ]

    def _key(self, item: str, request: Any, tokens: tuple[int, ...], start: int) -> Key | Scored:
        if start == 0:
            raise EmptyPrompt("the model has no BOS token, so a text that nothing precedes has no probability")
        if isinstance(request, Generate):
            if request.max_tokens < 1:
                raise ValueError(f"max_tokens is {request.max_tokens}; ask for one token or more")
            self.text.refuse_too_long(len(tokens) + request.max_tokens)
            noise = None if request.sample is None else noise_key(self.seed, item, request.sample)
            return "generate", GenerateJob(tokens, request.max_tokens, noise, request.stop)
        self.text.refuse_too_long(len(tokens))
        if isinstance(request, Score):
            whole = (*tokens, self.text.end_of_turn) if request.end else tokens
            return (
                ("score", TextJob(whole, start))
                if len(whole) > start
                else Scored(0.0, 0, greedy=True, gap=float("inf"))
            )
        after = len(tokens) == start
        if isinstance(request, Divergence):
            return "divergence", TextJob(tokens, start, after=after or request.end)
        return "distribution", TextJob(tokens, start, self._options(request), after=after)

    def _options(self, request: Distribution) -> tuple[int, ...]:
        """Return what stands for each option in the distribution at the last place."""
        if not request.options:
            return ()
        if request.continuation:
            raise ValueError("options stand right after the prompt; ask for them without a continuation")
        return self.text.options(request.prompt, request.options)
