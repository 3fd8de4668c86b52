"""A server with OpenAI's completions interface, of which only answers are used: greedy ones and samples.

The prompt is token ids there as well. What comes back is text, and the local tokenizer makes its ids.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from dls_probes.servers.client import Client
from dls_probes.servers.server_api import Candidate, NotAnswered, ScoredPlace, ServedFacts, TokenStep


class OpenAiServer:
    """A server whose `/v1/completions` answers prompts of token ids; `tokenizer` makes ids of its texts."""

    backend = "openai"
    scores_by = "nothing"

    def __init__(self, client: Client, name: str, tokenizer: Any) -> None:
        self.client = client
        self._name = name
        self._tokenizer = tokenizer

    def facts(self) -> ServedFacts:
        """Return the name alone; such a server says no more."""
        return ServedFacts(name=self._name)

    def text_of(self, tokens: Sequence[int]) -> str | None:  # noqa: ARG002  the interface has it
        """Return None: there is no such request."""
        return None

    def places(self, tokens: Sequence[int], start: int) -> list[ScoredPlace]:  # noqa: ARG002  the interface has it
        """Refuse: the interface scores no given text."""
        raise NotAnswered("its interface returns no log-probabilities of a given text")

    def top(self, tokens: Sequence[int], count: int) -> list[Candidate]:  # noqa: ARG002  the interface has it
        """Refuse: the interface lists no token ids."""
        raise NotAnswered("its interface returns no log-probabilities by token id")

    def greedy(self, tokens: Sequence[int], limit: int, ends: frozenset[int]) -> Iterator[TokenStep]:
        """Yield the ids of the answer at temperature 0."""
        return self._answer(tokens, limit, ends, temperature=0)

    def keyed(self, tokens: Sequence[int], limit: int, ends: frozenset[int], noise: int) -> None:
        """Return None: the server knows no keys."""

    def seeded(self, tokens: Sequence[int], limit: int, ends: frozenset[int], seed: int) -> Iterator[TokenStep]:
        """Yield the ids of a sample at temperature 1; the seed is a wish, which such servers may ignore."""
        return self._answer(tokens, limit, ends, temperature=1, top_p=1, seed=seed & 0x7FFFFFFF)

    def _answer(self, tokens: Sequence[int], limit: int, ends: frozenset[int], **more: Any) -> Iterator[TokenStep]:
        body = {"model": self._name, "prompt": list(tokens), "max_tokens": limit, **more}
        reply = self.client.post("/v1/completions", body)
        choices = reply.get("choices") if isinstance(reply, dict) else None
        if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0].get("text"), str):
            raise NotAnswered("its reply holds no completion")
        ids = self._tokenizer(choices[0]["text"], add_special_tokens=False)["input_ids"]
        has_end = choices[0].get("finish_reason") == "stop"
        for token in [*ids[: limit - has_end], *sorted(ends)[:has_end]]:
            yield TokenStep(token, math.nan)
