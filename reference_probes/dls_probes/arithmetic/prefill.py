"""Prefill: the prompts of a pack into one KV cache, and one decoding step from there."""

import inspect
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dls_probes.arithmetic.cache import cache_inputs, cache_of, is_plain, join_caches, repeat_rows
from dls_probes.arithmetic.forward import select_head_input
from dls_probes.arithmetic.placement import input_device
from dls_probes.packs import GenerateJob

_TOKENS = 2048  # padded prompt tokens of a micro-batch
_SHARE = 0.8  # least length of the shortest prompt of a micro-batch, as a share of its longest one


class Prefill(NamedTuple):
    """The state after the prompts: logits after each, [rows, vocabulary], the KV cache, and the attention mask."""

    logits: Tensor
    cache: Any
    mask: Tensor


def prefill_prompts(model: Any, jobs: Sequence[GenerateJob], prefix: Any = None, *, distinct: bool) -> Prefill:
    """Run the prompts of some jobs through the model, the longest first; the rows have the order of the jobs.

    Prompts of similar length form a micro-batch, so that padding is short, where the kind of cache can be joined.

    Args:
        model: a transformers causal language model.
        jobs: in descending order of their prompts' length, equal prompts side by side.
        prefix: the KV cache of the prefix of all prompts, [1, prefix]; None where there is none.
        distinct: run equal prompts once and copy their rows; the cache must allow to select rows.

    """
    length = 0 if prefix is None else prefix.get_seq_length()
    prompts = [job.tokens[length:] for job in jobs]
    batches = list(_micro_batches(prompts))
    last = _prefill(model, batches[-1], prefix, distinct=distinct)  # the shortest: little is lost if joining fails
    if not is_plain(last.cache):
        return last if len(batches) == 1 else _prefill(model, prompts, prefix, distinct=distinct)
    parts = [*(_prefill(model, batch, prefix, distinct=distinct) for batch in batches[:-1]), last]
    longest = parts[0].mask.shape[1]
    masks = [torch.nn.functional.pad(part.mask, (longest - part.mask.shape[1], 0)) for part in parts]
    cache = join_caches([part.cache for part in parts], spare_tokens=max(job.max_tokens for job in jobs))
    return Prefill(torch.cat([part.logits for part in parts]), cache, torch.cat(masks))


def step(model: Any, tokens: Tensor, mask: Tensor, position_ids: Tensor, cache: Any) -> tuple[Tensor, Any]:
    """Return float32 logits after the last token of each row, [rows, vocabulary], and the cache."""
    inputs = {"position_ids": position_ids} if "position_ids" in inspect.signature(model.forward).parameters else {}
    with select_head_input(model, lambda states: states[:, -1:]):
        output = model(input_ids=tokens, attention_mask=mask, **cache_inputs(model, cache, use=True), **inputs)
    return output.logits[:, -1].float(), cache_of(output)


def _micro_batches(prompts: Sequence[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    """Divide prompts, longest first, into micro-batches; equal prompts stay together."""
    batch: list[tuple[int, ...]] = []
    for prompt, equal in groupby(prompts):
        copies = [prompt, *list(equal)[1:]]
        if batch and (len(prompt) < _SHARE * len(batch[0]) or len(batch[0]) * (len(batch) + len(copies)) > _TOKENS):
            yield batch
            batch = []
        batch += copies
    yield batch


def _prefill(model: Any, prompts: Sequence[tuple[int, ...]], prefix: Any, *, distinct: bool) -> Prefill:
    rows = list(dict.fromkeys(prompts)) if distinct else prompts
    tokens, mask = _left_padding(rows, input_device(model))
    cache = None if prefix is None else repeat_rows(prefix, len(rows))
    if cache is not None:
        mask = torch.nn.functional.pad(mask, (cache.get_seq_length(), 0), value=1)
    position_ids = (mask.cumsum(dim=1) - 1).clamp(min=0)[:, -tokens.shape[1] :]
    logits, cache = step(model, tokens, mask, position_ids, cache)
    if len(rows) == len(prompts):
        return Prefill(logits, cache, mask)
    index_of = {prompt: index for index, prompt in enumerate(rows)}
    indices = torch.tensor([index_of[prompt] for prompt in prompts], device=tokens.device)
    cache.batch_select_indices(indices)
    return Prefill(logits[indices], cache, mask[indices])


def _left_padding(prompts: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Return token ids and attention mask, each [rows, longest], padded on the left with 0."""
    longest = max(map(len, prompts))
    tokens = torch.zeros((len(prompts), longest), dtype=torch.int64)
    mask = torch.zeros((len(prompts), longest), dtype=torch.int64)
    for row, prompt in enumerate(prompts):
        tokens[row, longest - len(prompt) :] = torch.tensor(prompt)
        mask[row, longest - len(prompt) :] = 1
    return tokens.to(device), mask.to(device)
