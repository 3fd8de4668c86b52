"""Speeds beside their limits, on Llamas with random weights: no speed says anything without its limit."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from benchmarks.gpu.meters import peak_mib, seconds, waits
from benchmarks.gpu.random_models import random_llama

from dls_probes.engine.pack_budget import budget_for
from dls_probes.engine.packing import row_size, text_packs
from dls_probes.models.causal_model import CausalModel
from dls_probes.packs import GenerateJob, Pack, TextJob, text_rows

Figures = dict[str, Any]
_CHOICES, _TAIL, _HARNESS_BATCH = 4, 6, 32
_TOLERANCE = {"float32": 2e-3, "bfloat16": 2.0}  # nats between two ways to score six tokens of a random model


def scoring(device: str, size: str, dtype: str, *, small: bool) -> Figures:
    """Score choices after contexts: the engine's packs, padded batches as harnesses run them, and the matmul limit."""
    with random_llama(device, size, dtype) as model:
        jobs = _jobs(model, contexts=8 if small else 64, length=48 if small else 256)
        packs = text_packs("score", jobs, "tree/plain", budget_for(model.describe()))

        def engine() -> dict[TextJob, float]:
            return {
                job: answer.logprob
                for pack in packs
                for job, answer in zip([job for row in text_rows(pack) for job in row], model.score(pack), strict=True)
            }

        def harness() -> dict[TextJob, float]:
            return _harness(model, jobs)

        first, second = engine(), harness()
        difference = max(abs(first[job] - second[job]) for job in jobs)
        unique = sum(row_size(row) for pack in packs for row in text_rows(pack))
        time, harness_time = seconds(device, engine), seconds(device, harness)
        limit = _operations(model, unique) / matmul_rate(device, dtype, small=small)
        return {
            "ok": difference < _TOLERANCE[dtype],
            "largest_difference": difference,
            "seconds": time,
            "harness_seconds": harness_time,
            "ratio_to_harness": time / harness_time,
            "ratio_to_matmul_limit": time / limit,
            "unique_tokens": unique,
            "tokens_of_requests": sum(len(job.path) for job in jobs),
            "peak_mib": peak_mib(device, engine),
            "harness_peak_mib": peak_mib(device, harness),
        }


def generating(device: str, size: str, dtype: str, *, small: bool) -> Figures:
    """Generate greedily and by keyed sampling, beside the library's `generate` and the limit of the bandwidth."""
    rows, new = (8, 16) if small else (128, 64)
    with random_llama(device, size, dtype) as model:
        model._eos = frozenset({model.model.config.vocab_size})  # noqa: SLF001  no token ends an answer
        prompts = [job.tokens for job in _jobs(model, contexts=rows, length=64 - _TAIL, choices=1)]

        def engine(*, sample: bool) -> None:
            jobs = [GenerateJob(prompt, new, k if sample else None) for k, prompt in enumerate(prompts, start=1)]
            model.generate(Pack("generate", "drop", tuple((job,) for job in jobs)))

        def library() -> None:
            tokens = torch.tensor(prompts, device=device)
            lengths = {"max_new_tokens": new, "min_new_tokens": new, "do_sample": False, "pad_token_id": 0}
            model.model.generate(tokens, attention_mask=torch.ones_like(tokens), **lengths)

        steps: dict[str, Callable[[], None]] = {
            "greedy": lambda: engine(sample=False),
            "keyed_sampling": lambda: engine(sample=True),
            "library": library,
        }
        times = {f"{name}_step_ms": 1e3 * seconds(device, step, 2) / new for name, step in steps.items()}
        waiting = waits(device, steps["keyed_sampling"])
        return {
            "ok": True,
            **times,
            "ratio_to_library": times["greedy_step_ms"] / times["library_step_ms"],
            "bandwidth_limit_step_ms": 1e3 * _bytes(model) / copy_rate(device, small=small),
            "waits_a_step": None if waiting is None else waiting / new,
            "peak_mib": peak_mib(device, steps["greedy"]),
        }


def matmul_rate(device: str, dtype: str, *, small: bool) -> float:
    """Measure the operations per second of one large matrix product."""
    rows, inner = (2048, 1024) if small else (8192, 4096)
    a = torch.randn(rows, inner, device=device, dtype=getattr(torch, dtype))
    b = torch.randn(inner, inner, device=device, dtype=a.dtype)
    return 2 * rows * inner * inner / seconds(device, lambda: a @ b, 5, 2)


def copy_rate(device: str, *, small: bool) -> float:
    """Measure the bytes per second that a copy reads and writes."""
    block = torch.empty(2**26 if small else 2**30, dtype=torch.uint8, device=device)
    return 2 * block.numel() / seconds(device, block.clone, 5)


def _jobs(model: CausalModel, contexts: int, length: int, choices: int = _CHOICES) -> list[TextJob]:
    """Return the choices after some contexts, all of random tokens."""
    generator, vocabulary = torch.Generator().manual_seed(1), int(model.model.config.vocab_size)

    def tokens(count: int) -> tuple[int, ...]:
        return tuple(torch.randint(3, vocabulary, (count,), generator=generator).tolist())

    leads = [tokens(length) for _ in range(contexts)]
    return [TextJob((*lead, *tokens(_TAIL)), length) for lead in leads for _ in range(choices)]


def _harness(model: CausalModel, jobs: Sequence[TextJob]) -> dict[TextJob, float]:
    """Score each choice with its own copy of the context, in padded batches with the logits of all places."""
    scores: dict[TextJob, float] = {}
    order = sorted(jobs, key=lambda job: -len(job.path))
    for first in range(0, len(order), _HARNESS_BATCH):
        batch = order[first : first + _HARNESS_BATCH]
        longest = max(len(job.path) for job in batch)
        padded = [[*job.path, *[0] * (longest - len(job.path))] for job in batch]
        with torch.inference_mode():
            rows = model.model(torch.tensor(padded, device=model.model.device)).logits.float().log_softmax(-1)
            for row, job in zip(rows, batch, strict=True):
                targets = torch.tensor(job.tokens[job.start :], device=rows.device).unsqueeze(1)
                scores[job] = float(row[job.start - 1 : len(job.path)].gather(1, targets).sum())
    return scores


def _operations(model: CausalModel, tokens: int) -> float:
    """Return the operations of the matrix products over some tokens, without the embeddings and the head."""
    named = model.model.model.layers.parameters()
    return 2.0 * tokens * sum(parameter.numel() for parameter in named)


def _bytes(model: CausalModel) -> int:
    """Return the bytes of the weights that every decoding step reads."""
    layers, head = model.model.model.layers.parameters(), model.model.get_output_embeddings().parameters()
    return sum(parameter.numel() * parameter.element_size() for parameter in (*layers, *head))
