"""llama.cpp's server: a grammar of token ids forces a text, and its raw log-probabilities come back.

A grammar cannot force a token that ends the generation. There a bias does, in a step of its own: the log-probability
that comes back is the raw one as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import PurePath
from typing import Any

from dls_probes.servers.client import Client, RequestRefused
from dls_probes.servers.server_api import Candidate, NotAnswered, ScoredPlace, ServedFacts, TokenStep

_RAW: Mapping[str, Any] = {
    "temperature": 0,
    "samplers": ["temperature"],
    "top_k": 0,
    "top_p": 1.0,
    "min_p": 0.0,
    "cache_prompt": True,
    "return_tokens": True,
}
_BIAS = 1000.0  # more than any difference of logits
_UNREDUCED = ("F32", "F16", "BF16")


class LlamaServer:
    """A llama.cpp server; `ends` are the ids that end a generation there, as far as they are known."""

    backend = "llama.cpp"
    scores_by = "forced"

    def __init__(self, client: Client, name: str, ends: frozenset[int]) -> None:
        self.client = client
        self._name = name
        self._ends = set(ends)

    def facts(self) -> ServedFacts:
        """Return what the server says about its model."""
        models = self.client.get("/v1/models") or {}
        meta = next((entry.get("meta") or {} for entry in models.get("data", ()) if entry["id"] == self._name), {})
        props = self.client.get("/props") or {}
        kind = str(props.get("model_ftype") or meta.get("ftype") or "")
        return ServedFacts(
            name=PurePath(self._name).name,  # no path: it would name a user
            version=props.get("build_info"),
            window=(props.get("default_generation_settings") or {}).get("n_ctx"),
            vocabulary=meta.get("n_vocab"),
            quantisation=None if not kind or kind.removeprefix("all ") in _UNREDUCED else kind,
            parameters=meta.get("n_params"),
        )

    def text_of(self, tokens: Sequence[int]) -> str | None:
        """Return the text of some token ids."""
        return str(self.client.post("/detokenize", {"tokens": list(tokens)})["content"])

    def places(self, tokens: Sequence[int], start: int) -> list[ScoredPlace]:
        """Return the places of the tokens from `start` on: whole runs by a grammar, ends by a bias."""
        places: list[ScoredPlace] = []
        while (place := start + len(places)) < len(tokens):
            run = list(takewhile(lambda token: token not in self._ends, tokens[place:]))
            try:
                places += self._forced(tokens[:place], run) if run else self._biased(tokens[:place], tokens[place])
            except RequestRefused as refusal:
                if "grammar" not in str(refusal) or not run:
                    raise
                self._ends |= self._unforceable(tokens[:place], run)
        return places

    def _unforceable(self, prompt: Sequence[int], run: Sequence[int]) -> set[int]:
        """Return the first token of a run that no grammar forces; it ends a generation on this server."""
        for count, token in enumerate(run):
            try:
                self._forced([*prompt, *run[:count]], [token])
            except RequestRefused:
                return {token}
        return {run[-1]}

    def _forced(self, prompt: Sequence[int], run: Sequence[int]) -> list[ScoredPlace]:
        grammar = "root ::= " + " ".join(f"<[{token}]>" for token in run)
        entries = self._complete(prompt, len(run), 2, grammar=grammar)
        return [self._place(entry, token) for entry, token in zip(entries, run, strict=True)]

    def _biased(self, prompt: Sequence[int], token: int) -> list[ScoredPlace]:
        (entry,) = self._complete(prompt, 1, 2, logit_bias=[[token, _BIAS]])
        return [self._place(entry, token)]

    def _place(self, entry: Mapping[str, Any], token: int) -> ScoredPlace:
        if entry["id"] != token:
            raise NotAnswered(f"it was to score the token {token} and scored {entry['id']}")
        first, second, *_ = entry["top_logprobs"]
        return ScoredPlace(token, float(entry["logprob"]), int(first["id"]), first["logprob"] - second["logprob"])

    def top(self, tokens: Sequence[int], count: int) -> list[Candidate]:
        """Return the most probable next tokens."""
        (entry,) = self._complete(tokens, 1, count)
        return [Candidate(int(top["id"]), float(top["logprob"])) for top in entry["top_logprobs"]]

    def greedy(self, tokens: Sequence[int], limit: int, ends: frozenset[int]) -> Iterator[TokenStep]:
        """Yield the most probable token after token; the server may stop at an end that is none of the model's."""
        answer: list[int] = []
        while len(answer) < limit:
            for entry in self._complete([*tokens, *answer], limit - len(answer), 2):
                answer.append(int(entry["id"]))
                first, second, *_ = entry["top_logprobs"]
                yield TokenStep(answer[-1], first["logprob"] - second["logprob"])
                if answer[-1] in ends:
                    return

    def keyed(self, tokens: Sequence[int], limit: int, ends: frozenset[int], noise: int) -> None:
        """Return None: the server knows no keys."""

    def seeded(self, tokens: Sequence[int], limit: int, ends: frozenset[int], seed: int) -> Iterator[TokenStep]:  # noqa: ARG002  the interface has it
        """Yield a sample at temperature 1 by the server's own generator."""
        raise NotAnswered("its samples are drawn by keys")

    def _complete(self, prompt: Sequence[int], limit: int, count: int, **more: Any) -> list[dict[str, Any]]:
        body = {**_RAW, "model": self._name, "prompt": list(prompt), "n_predict": limit, "n_probs": count, **more}
        reply = self.client.post("/completion", body)
        entries = reply.get("completion_probabilities") if isinstance(reply, dict) else None
        if not isinstance(entries, list) or not 1 <= len(entries) <= limit:
            raise NotAnswered("its completion comes without the log-probabilities that were asked for")
        if any(not isinstance(e.get("id"), int) or len(e.get("top_logprobs") or ()) < min(count, 2) for e in entries):
            raise NotAnswered("its log-probabilities come without token ids")
        return entries
