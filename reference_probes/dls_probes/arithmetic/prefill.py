"""Reading the prompts of a pack into one key-value cache, and one step further from there."""

import inspect
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dls_probes.arithmetic.cache import is_plain, join_caches, repeat_rows
from dls_probes.arithmetic.forward import select_head_input
from dls_probes.arithmetic.placement import input_device
from dls_probes.packs import GenerateJob

_TOKENS = 2048  # padded tokens of prompts that are read together
_SHARE = 0.8  # of the longest prompt's length that the shortest one read with it has at least


class Prefilled(NamedTuple):
    """Prompts that were read: logits after each, [rows, vocabulary], their cache, and its places that hold a token."""

    logits: Tensor
    cache: Any
    present: Tensor


def prefill_prompts(model: Any, jobs: Sequence[GenerateJob], prefix: Any = None, *, shared: bool) -> Prefilled:
    """Read the prompts of some jobs, the longest first; the rows have the order of the jobs.

    Prompts of similar length are read together, so that little is padding, where the kind of cache lets them be joined.

    Args:
        model: a transformers causal language model.
        jobs: in descending order of their prompts' length, equal prompts side by side.
        prefix: the cache of what all prompts begin with, [1, prefix]; None where nothing was read before.
        shared: rows of the cache can be selected, so that a prompt that several jobs share is read once.

    """
    before = 0 if prefix is None else prefix.get_seq_length()
    prompts = [job.tokens[before:] for job in jobs]
    groups = list(_similar(prompts))
    last = _read(model, groups[-1], prefix, shared=shared)  # the shortest: little is lost where they cannot be joined
    if not is_plain(last.cache):
        return last if len(groups) == 1 else _read(model, prompts, prefix, shared=shared)
    parts = [*(_read(model, group, prefix, shared=shared) for group in groups[:-1]), last]
    longest = parts[0].present.shape[1]
    present = [torch.nn.functional.pad(part.present, (longest - part.present.shape[1], 0)) for part in parts]
    cache = join_caches([part.cache for part in parts], room=max(job.max_tokens for job in jobs))
    return Prefilled(torch.cat([part.logits for part in parts]), cache, torch.cat(present))


def step(model: Any, tokens: Tensor, present: Tensor, positions: Tensor, cache: Any) -> tuple[Tensor, Any]:
    """Return float32 logits after the last token of each row, [rows, vocabulary], and the cache."""
    inputs = {"position_ids": positions} if "position_ids" in inspect.signature(model.forward).parameters else {}
    with select_head_input(model, lambda hidden: hidden[:, -1:]):
        output = model(input_ids=tokens, attention_mask=present, past_key_values=cache, use_cache=True, **inputs)
    return output.logits[:, -1].float(), output.past_key_values


def _similar(prompts: Sequence[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    """Cut prompts, longest first, into those that are read together; equal ones are never parted."""
    chosen: list[tuple[int, ...]] = []
    for prompt, equal in groupby(prompts):
        more = [prompt, *list(equal)[1:]]
        if chosen and (len(prompt) < _SHARE * len(chosen[0]) or len(chosen[0]) * (len(chosen) + len(more)) > _TOKENS):
            yield chosen
            chosen = []
        chosen += more
    yield chosen


def _read(model: Any, prompts: Sequence[tuple[int, ...]], prefix: Any, *, shared: bool) -> Prefilled:
    distinct = list(dict.fromkeys(prompts)) if shared else prompts
    tokens, present = _left_padded(distinct, input_device(model))
    before = None if prefix is None else repeat_rows(prefix, len(distinct))
    if before is not None:
        present = torch.nn.functional.pad(present, (before.get_seq_length(), 0), value=1)
    positions = (present.cumsum(dim=1) - 1).clamp(min=0)[:, -tokens.shape[1] :]
    logits, cache = step(model, tokens, present, positions, before)
    if len(distinct) == len(prompts):
        return Prefilled(logits, cache, present)
    place = {prompt: index for index, prompt in enumerate(distinct)}
    copies = torch.tensor([place[prompt] for prompt in prompts], device=tokens.device)
    cache.batch_select_indices(copies)
    return Prefilled(logits[copies], cache, present[copies])


def _left_padded(prompts: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    longest = max(map(len, prompts))
    tokens = torch.zeros((len(prompts), longest), dtype=torch.int64)
    present = torch.zeros((len(prompts), longest), dtype=torch.int64)
    for row, prompt in enumerate(prompts):
        tokens[row, longest - len(prompt) :] = torch.tensor(prompt)
        present[row, longest - len(prompt) :] = 1
    return tokens.to(device), present.to(device)
