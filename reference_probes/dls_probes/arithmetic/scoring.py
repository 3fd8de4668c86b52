"""From logits to log-probabilities of texts, in nats."""

from collections.abc import Sequence

import torch
from torch import Tensor

from dls_probes.arithmetic.forward import PackArrays
from dls_probes.packs import TextJob
from dls_probes.requests import Scored

_BLOCK = 1 << 20  # logits that one reduction reads
_SMALLEST = 1e-38  # the smallest probability that float32 holds
_GROUP = 96  # values of a group in the first pass of `top_two`


def scores(logits: Tensor, arrays: PackArrays, jobs: Sequence[TextJob]) -> list[Scored]:
    """Return the log-probability of each job's tokens from its start on.

    Args:
        logits: [outputs, vocabulary], float32.
        arrays: the pack that the logits belong to.
        jobs: in the order of `arrays.places`.

    """
    places = torch.cat([torch.from_numpy(indices) for indices in arrays.places]).to(logits.device)
    targets = torch.tensor([token for job in jobs for token in job.tokens[job.start :]], device=logits.device)
    target_logits = logits[places, targets].double()
    total, top, gap = reductions(logits)
    logprob = (target_logits - total[places].double()).tolist()
    greedy = (top[places] == targets).tolist()
    gaps = gap[places].tolist()
    answers = []
    first = 0
    for job in jobs:
        last = first + len(job.tokens) - job.start
        answers.append(Scored(sum(logprob[first:last]), last - first, all(greedy[first:last]), min(gaps[first:last])))
        first = last
    return answers


def reductions(logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return log-sum-exp, the most probable token and its gap to the second one (nats, at most 87), each [places].

    One block of places at a time, so that the passes over the vocabulary stay in the processor's cache.
    """
    rows = max(1, _BLOCK // logits.shape[-1])
    parts = []
    for block in torch.split(logits, rows):
        best, top, second = top_two(block.softmax(dim=-1))
        total = block.gather(-1, top.unsqueeze(-1)).squeeze(-1) - best.log()
        parts.append((total, top, (best / second.clamp(min=_SMALLEST)).log()))
    total, top, gap = (torch.cat(part) for part in zip(*parts, strict=True))
    return total, top, gap


def top_two(values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the largest value, its index and the second largest value along the last dimension, each [...].

    The first pass takes the maximum of every group, the second pass reads only the winning group. On a CPU this is
    several times faster than a maximum with its index, or topk, over a whole vocabulary.
    """
    length = values.shape[-1]
    group = min(_GROUP, length)
    groups = length // group
    group_maxima = values[..., : groups * group].reshape(*values.shape[:-1], groups, group).amax(dim=-1)
    maxima = torch.cat([group_maxima, values[..., groups * group :]], dim=-1)  # the rest are groups of one value each
    best = maxima.max(dim=-1, keepdim=True)
    start = torch.where(best.indices < groups, best.indices * group, length - group)
    window = values.gather(-1, start + torch.arange(group, device=values.device))
    inside = window.max(dim=-1, keepdim=True)
    candidates = [(maxima, best.indices), (window, inside.indices)]
    second = [part.scatter(-1, winner, -torch.inf).amax(dim=-1) for part, winner in candidates]
    return inside.values.squeeze(-1), (start + inside.indices).squeeze(-1), torch.maximum(*second)
