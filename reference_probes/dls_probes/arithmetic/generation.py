"""Generating a pack of answers: one loop with a key-value cache, and the library's own loop for caches of another kind."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import torch
from torch import Tensor

from dls_probes.arithmetic.placement import input_device
from dls_probes.arithmetic.prefill import prefill_prompts, step
from dls_probes.arithmetic.sampling import gumbel
from dls_probes.arithmetic.scoring import top_two
from dls_probes.packs import GenerateJob

Decode: TypeAlias = Callable[[Sequence[int], Sequence[int]], str]  # (prompt ids, generated ids) to text


@dataclass(slots=True)
class GenerationState:
    """What one job has generated so far."""

    job: GenerateJob
    tokens: list[int] = field(default_factory=list)
    gap: float = float("inf")
    ended: bool = False
    stopped: bool = False

    @property
    def finished(self) -> bool:
        """Whether no further token is wanted."""
        return self.ended or self.stopped or len(self.tokens) >= self.job.max_tokens

    def take(self, token: int, gap: float, eos: frozenset[int], decode: Decode) -> None:
        """Take the next token; the one that ends the turn is not kept."""
        if self.finished:
            return
        self.gap = min(self.gap, gap)
        if token in eos:
            self.ended = True
            return
        self.tokens.append(token)
        if self.job.stop:
            text = decode(self.job.tokens, self.tokens)
            self.stopped = any(stop in text for stop in self.job.stop)


@dataclass(frozen=True, slots=True)
class TokenSampler:
    """Greedy and keyed sampled rows, chosen together: noise is added to the rows that sample."""

    keys: Tensor  # [rows] int64
    sampled: Tensor  # [rows] bool

    @classmethod
    def of(cls, jobs: Sequence[GenerateJob], device: torch.device) -> "TokenSampler":
        """Return the chooser of some jobs, in their order."""
        keys = torch.tensor([job.noise or 0 for job in jobs], dtype=torch.int64, device=device)
        return cls(keys, torch.tensor([job.noise is not None for job in jobs], device=device))

    def rows(self, kept: Tensor) -> "TokenSampler":
        """Return the chooser of some of the rows."""
        return TokenSampler(self.keys[kept], self.sampled[kept])

    def noisy(self, logits: Tensor, position: int) -> Tensor:
        """Return float32 or float64 scores, [rows, vocabulary], whose maximum is the next token."""
        if not bool(self.sampled.any()):
            return logits
        scores = logits.to(torch.float64 if logits.device.type != "mps" else torch.float32)
        rows = self.sampled.nonzero().squeeze(1)
        scores[rows] += gumbel(self.keys[rows], position, logits.shape[-1])
        return scores


def generate(
    model: Any,
    jobs: Sequence[GenerateJob],
    layout: str,
    eos: frozenset[int],
    decode: Decode,
    prefix: Any = None,
) -> list[GenerationState]:
    """Generate an answer for each job, in their order.

    Args:
        model: a transformers causal language model.
        jobs: prompts of any length under the layouts `drop` and `keep`, of equal length under `equal`, one under `alone`.
        layout: `drop` takes finished rows out of the cache; the other layouts keep them to the end.
        eos: token ids that end an answer.
        decode: (prompt ids, generated ids) to text, to look for stop strings.
        prefix: the cache of what all prompts begin with, under the layout `drop`; None where nothing was read before.

    """
    answers = [GenerationState(job) for job in jobs]
    with torch.inference_mode():
        if layout in ("equal", "alone"):
            _library_loop(model, answers, eos, decode)
        else:
            _own_loop(model, answers, eos, decode, prefix, drop=layout == "drop")
    return answers


def _own_loop(
    model: Any, answers: Sequence[GenerationState], eos: frozenset[int], decode: Decode, prefix: Any, *, drop: bool
) -> None:
    """Generate with a cache of our own asking, the longest prompts first."""
    device = input_device(model)
    alive = sorted(answers, key=lambda answer: (-len(answer.job.tokens), answer.job.tokens))
    chooser = TokenSampler.of([answer.job for answer in alive], device)
    logits, cache, present = prefill_prompts(model, [answer.job for answer in alive], prefix, shared=drop)
    positions = present.sum(dim=1, keepdim=True) - 1
    for position in range(max(answer.job.max_tokens for answer in answers)):
        chosen = _take(logits, position, alive, chooser, eos, decode)
        if all(answer.finished for answer in alive):
            return
        if drop and any(answer.finished for answer in alive):
            kept = torch.tensor([i for i, answer in enumerate(alive) if not answer.finished], device=device)
            cache.batch_select_indices(kept)
            alive = [answer for answer in alive if not answer.finished]
            chosen, chooser, present, positions = chosen[kept], chooser.rows(kept), present[kept], positions[kept]
        present = torch.cat([present, present.new_ones((len(alive), 1))], dim=1)
        positions = positions + 1
        logits, cache = step(model, chosen.unsqueeze(1), present, positions, cache)


def _library_loop(model: Any, answers: Sequence[GenerationState], eos: frozenset[int], decode: Decode) -> None:
    """Run transformers' `generate`, whose every sampling default is switched off, with our choice as its only processor."""
    from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList

    device = input_device(model)
    chooser = TokenSampler.of([answer.job for answer in answers], device)
    start = len(answers[0].job.tokens)

    class Choice(LogitsProcessor):
        def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
            chosen = _take(scores.float(), input_ids.shape[1] - start, answers, chooser, eos, decode)
            if all(answer.finished for answer in answers):
                raise _AllFinished
            return torch.full_like(scores, -torch.inf).scatter(1, chosen.unsqueeze(1), 0.0)

    settings = GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=False,
        max_new_tokens=max(answer.job.max_tokens for answer in answers),
        eos_token_id=[min(eos)],
        pad_token_id=min(eos),
    )
    tokens = torch.tensor([answer.job.tokens for answer in answers], device=device)
    with _only(model, settings), suppress(_AllFinished):
        model.generate(
            tokens,
            attention_mask=torch.ones_like(tokens),
            generation_config=settings,
            logits_processor=LogitsProcessorList([Choice()]),
        )


class _AllFinished(Exception):  # noqa: N818  no error
    """Every answer is finished: the library's loop, which would ask a tensor, ends at once."""


class _only:  # noqa: N801  a context manager reads as a verb
    """Let a model generate under these settings alone: `generate` fills gaps from the model's own configuration."""

    def __init__(self, model: Any, settings: Any) -> None:
        self.model, self.settings, self.own = model, settings, model.generation_config

    def __enter__(self) -> None:
        self.model.generation_config = self.settings

    def __exit__(self, *_: object) -> None:
        self.model.generation_config = self.own


def _take(
    logits: Tensor,
    position: int,
    alive: Sequence[GenerationState],
    chooser: TokenSampler,
    eos: frozenset[int],
    decode: Decode,
) -> Tensor:
    """Choose the next token of every row, [rows], and let the rows take it."""
    best, chosen, second = top_two(chooser.noisy(logits, position))
    for answer, token, gap in zip(alive, chosen.tolist(), (best - second).tolist(), strict=True):
        answer.take(token, gap, eos, decode)
    return chosen
