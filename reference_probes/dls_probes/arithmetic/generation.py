"""Generating the answers of a pack: one loop with a KV cache, and the library's own loop for caches of another kind."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from dls_probes.arithmetic.placement import input_device
from dls_probes.arithmetic.prefill import prefill_prompts, step
from dls_probes.arithmetic.sampling import gumbel
from dls_probes.arithmetic.scoring import top_two
from dls_probes.packs import GenerateJob

_NOISE = 1 << 23  # values of noise in memory at once: each takes ten temporary numbers of 8 bytes


@dataclass(slots=True)
class GenerationState:
    """The tokens that one job has generated so far."""

    job: GenerateJob
    tokens: list[int] = field(default_factory=list)
    gap: float = float("inf")
    end_of_sequence: bool = False

    @property
    def complete(self) -> bool:
        """Whether the answer needs no further token."""
        return self.end_of_sequence or len(self.tokens) >= self.job.max_tokens

    def append(self, token: int, gap: float, eos: frozenset[int]) -> None:
        """Append the next token, unless the answer is complete; an end-of-sequence token is not stored."""
        if self.complete:
            return
        self.gap = min(self.gap, gap)
        if token in eos:
            self.end_of_sequence = True
        else:
            self.tokens.append(token)


@dataclass(frozen=True, slots=True)
class TokenSampler:
    """Greedy decoding and keyed Gumbel-max sampling in one batch: only the sampling rows get noise.

    The host knows the rows, so that no step waits for the device to count them.
    """

    noise: tuple[int | None, ...]  # of each row: its key; None is greedy
    rows: Tensor  # those that sample, [sampling]
    keys: Tensor  # [sampling] int64

    @classmethod
    def of(cls, noise: Sequence[int | None], device: torch.device) -> "TokenSampler":
        """Return the sampler of some rows by their keys."""
        sampling = [(row, key) for row, key in enumerate(noise) if key is not None]
        rows, keys = torch.tensor(sampling, dtype=torch.int64).reshape(-1, 2).T.to(device)
        return cls(tuple(noise), rows, keys)

    def select(self, rows: Sequence[int]) -> "TokenSampler":
        """Return the sampler of some of the rows."""
        return TokenSampler.of([self.noise[row] for row in rows], self.keys.device)

    def with_noise(self, logits: Tensor, position: int) -> Tensor:
        """Return float32 or float64 scores, [rows, vocabulary], whose maximum is the next token."""
        if not len(self.rows):
            return logits
        scores = logits.to(torch.float64 if logits.device.type != "mps" else torch.float32)
        size = max(1, _NOISE // logits.shape[-1])
        for rows, keys in zip(torch.split(self.rows, size), torch.split(self.keys, size), strict=True):
            scores[rows] += gumbel(keys, position, logits.shape[-1])
        return scores


def generate(
    model: Any, jobs: Sequence[GenerateJob], layout: str, eos: frozenset[int], prefix: Any = None
) -> list[GenerationState]:
    """Generate an answer for each job, in their order.

    Args:
        model: a transformers causal language model.
        jobs: prompts of any length under `drop` and `keep`, of equal length under `equal`, one prompt under `alone`.
        layout: `drop` removes complete rows from the cache; the other layouts keep them to the end.
        eos: token ids that end an answer.
        prefix: the KV cache of the prefix of all prompts, under the layout `drop`; None where there is none.

    """
    answers = [GenerationState(job) for job in jobs]
    with torch.inference_mode():
        if layout in ("equal", "alone"):
            _library_loop(model, answers, eos)
        else:
            _batch_loop(model, answers, eos, prefix, drop=layout == "drop")
    return answers


def _batch_loop(
    model: Any, answers: Sequence[GenerationState], eos: frozenset[int], prefix: Any, *, drop: bool
) -> None:
    """Generate with the engine's own KV cache, the longest prompts first."""
    device = input_device(model)
    active = sorted(answers, key=lambda answer: (-len(answer.job.tokens), answer.job.tokens))
    sampler = TokenSampler.of([answer.job.noise for answer in active], device)
    logits, cache, mask = prefill_prompts(model, [answer.job for answer in active], prefix, distinct=drop)
    position_ids = mask.sum(dim=1, keepdim=True) - 1
    for position in range(max(answer.job.max_tokens for answer in answers)):
        tokens = _append_next(logits, position, active, sampler, eos)
        if all(answer.complete for answer in active):
            return
        if drop and any(answer.complete for answer in active):
            places = [i for i, answer in enumerate(active) if not answer.complete]
            rows = torch.tensor(places, device=device)
            cache.batch_select_indices(rows)
            active, sampler = [active[i] for i in places], sampler.select(places)
            tokens, mask, position_ids = tokens[rows], mask[rows], position_ids[rows]
        mask = torch.cat([mask, mask.new_ones((len(active), 1))], dim=1)
        position_ids = position_ids + 1
        logits, cache = step(model, tokens.unsqueeze(1), mask, position_ids, cache)


def _library_loop(model: Any, answers: Sequence[GenerationState], eos: frozenset[int]) -> None:
    """Run transformers' `generate` with all sampling defaults off and the engine's choice as its only processor."""
    from transformers import LogitsProcessor, LogitsProcessorList

    device = input_device(model)
    sampler = TokenSampler.of([answer.job.noise for answer in answers], device)
    start = len(answers[0].job.tokens)

    class NextToken(LogitsProcessor):
        def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
            tokens = _append_next(scores.float(), input_ids.shape[1] - start, answers, sampler, eos)
            if all(answer.complete for answer in answers):
                raise _AllComplete
            return torch.full_like(scores, -torch.inf).scatter(1, tokens.unsqueeze(1), 0.0)

    prompts = torch.tensor([answer.job.tokens for answer in answers], device=device)
    settings = _library_settings(max(answer.job.max_tokens for answer in answers), min(eos))
    with _only_settings(model, settings), suppress(_AllComplete):
        model.generate(
            prompts,
            attention_mask=torch.ones_like(prompts),
            generation_config=settings,
            logits_processor=LogitsProcessorList([NextToken()]),
        )


class _AllComplete(Exception):  # noqa: N818  no error
    """Every answer is complete. It ends the library's loop at once, which would read a tensor to find out."""


def _library_settings(max_tokens: int, eos: int) -> Any:
    from transformers import GenerationConfig

    return GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=False, max_new_tokens=max_tokens, eos_token_id=[eos], pad_token_id=eos
    )


@contextmanager
def _only_settings(model: Any, settings: Any) -> Iterator[None]:
    """Let a model generate under these settings alone: `generate` fills gaps from the model's own configuration."""
    defaults = model.generation_config
    model.generation_config = settings
    try:
        yield
    finally:
        model.generation_config = defaults


def _append_next(
    logits: Tensor, position: int, active: Sequence[GenerationState], sampler: TokenSampler, eos: frozenset[int]
) -> Tensor:
    """Choose the next token of every row, [rows], and append it to the row's answer."""
    best, tokens, second = top_two(sampler.with_noise(logits, position))
    gaps = best - second
    choices, widths = torch.stack([tokens.to(gaps.dtype), gaps]).tolist()  # one copy to the host; ids are below 2^24
    for answer, token, gap in zip(active, choices, widths, strict=True):
        answer.append(int(token), gap, eos)
    return tokens
