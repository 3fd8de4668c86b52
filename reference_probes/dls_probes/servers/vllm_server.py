"""vLLM's server: the log-probabilities of a prompt score it, and a logits processor of ours draws by keys.

Its interface as of version 0.32. Unknown members of a request are ignored there without a word, so the agreement test
looks at each ability.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dls_probes.servers.client import Client
from dls_probes.servers.server_api import Candidate, NotAnswered, ScoredPlace, ServedFacts, TokenStep
from dls_probes.servers.vllm_rows import DEPTH, NOISE_ARGUMENT, Row, candidates_of, greedy_steps, keyed_steps, place_of

_ID = "token_id:"


class VllmServer:
    """A vLLM server; `vocabulary` is the number of token ids."""

    backend = "vllm"
    scores_by = "prompt"

    def __init__(self, client: Client, name: str, vocabulary: int) -> None:
        self.client = client
        self._name = name
        self._vocabulary = vocabulary

    def facts(self) -> ServedFacts:
        """Return what the server says about its model."""
        models = self.client.get("/v1/models") or {}
        card: Mapping[str, Any] = next((entry for entry in models.get("data", ()) if entry["id"] == self._name), {})
        version = self.client.get("/version") or {}
        return ServedFacts(name=self._name, version=version.get("version"), window=card.get("max_model_len"))

    def text_of(self, tokens: Sequence[int]) -> str | None:
        """Return the text of some token ids."""
        reply = self.client.post("/detokenize", {"model": self._name, "tokens": list(tokens)})
        return str(reply["prompt"])

    def places(self, tokens: Sequence[int], start: int) -> list[ScoredPlace]:
        """Return the places of the tokens from `start` on."""
        choice = self._complete(tokens, 1, prompt_logprobs=2)
        if choice.get("prompt_token_ids") != list(tokens):
            raise NotAnswered("its reply is about other tokens than those of the request, or does not say which")
        rows = choice.get("prompt_logprobs")
        if not isinstance(rows, list) or len(rows) != len(tokens):
            raise NotAnswered("it returns no log-probabilities of the prompt")
        return [place_of(_prompt_row(row), token) for row, token in zip(rows[start:], tokens[start:], strict=True)]

    def top(self, tokens: Sequence[int], count: int) -> list[Candidate]:
        """Return the most probable next tokens."""
        return candidates_of(_rows(self._complete(tokens, 1, logprobs=count), 1)[0])

    def greedy(self, tokens: Sequence[int], limit: int, ends: frozenset[int]) -> Iterator[TokenStep]:
        """Yield the most probable token after token."""
        choice = self._complete(tokens, limit, logprobs=2, stop_token_ids=sorted(ends))
        ids = _answer(choice, limit)
        return greedy_steps(ids, _rows(choice, len(ids)))

    def keyed(self, tokens: Sequence[int], limit: int, ends: frozenset[int], noise: int) -> Iterator[TokenStep]:
        """Yield the sample that the logits processor draws; the gap is that within the listed tokens."""
        arguments = {NOISE_ARGUMENT: str(noise)}  # as text: readers of JSON keep 53 bits
        choice = self._complete(tokens, limit, logprobs=DEPTH, stop_token_ids=sorted(ends), vllm_xargs=arguments)
        ids = _answer(choice, limit)
        return keyed_steps(ids, _rows(choice, len(ids)), noise, self._vocabulary)

    def seeded(self, tokens: Sequence[int], limit: int, ends: frozenset[int], seed: int) -> Iterator[TokenStep]:
        """Yield a sample at temperature 1 by the server's own generator."""
        more = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "seed": seed & 0x7FFFFFFF}
        for token in _answer(self._complete(tokens, limit, stop_token_ids=sorted(ends), **more), limit):
            yield TokenStep(token, math.nan)

    def _complete(self, prompt: Sequence[int], limit: int, **more: Any) -> dict[str, Any]:
        flags = {"return_token_ids": True, "return_tokens_as_token_ids": True, "add_special_tokens": False}
        body = {"model": self._name, "prompt": list(prompt), "max_tokens": limit, "temperature": 0, **flags, **more}
        reply = self.client.post("/v1/completions", body)
        choices = reply.get("choices") if isinstance(reply, dict) else None
        if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0], dict):
            raise NotAnswered("its reply holds no completion")
        return dict(choices[0])


def _prompt_row(row: Any) -> Row:
    return {int(name): float(entry["logprob"]) for name, entry in row.items()} if isinstance(row, dict) else {}


def _answer(choice: Mapping[str, Any], limit: int) -> list[int]:
    """Return the ids of an answer, with the token that ended it."""
    ids = choice.get("token_ids")
    if not isinstance(ids, list) or not all(isinstance(token, int) for token in ids) or not 1 <= len(ids) <= limit:
        raise NotAnswered("it returns text instead of token ids")
    return ids


def _rows(choice: Mapping[str, Any], count: int) -> list[Row]:
    rows = (choice.get("logprobs") or {}).get("top_logprobs")
    if not isinstance(rows, list) or len(rows) != count or not all(isinstance(row, dict) for row in rows):
        raise NotAnswered("its answer comes without the log-probabilities that were asked for")
    if any(not name.startswith(_ID) for row in rows for name in row):
        raise NotAnswered("it returns text instead of token ids")
    return [{int(name.removeprefix(_ID)): float(logprob) for name, logprob in row.items()} for row in rows]
