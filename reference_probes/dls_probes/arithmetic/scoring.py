"""From logits to scores, in nats."""

from collections.abc import Sequence

import torch
from torch import Tensor

from dls_probes.arithmetic.forward import PackArrays
from dls_probes.packs import TextJob
from dls_probes.requests import Scored

_BLOCK = 1 << 20  # logits that are reduced at a time
_SMALLEST = 1e-38  # the smallest probability that float32 holds
_GROUP = 96  # values whose largest one is found first


def scores(logits: Tensor, read: PackArrays, jobs: Sequence[TextJob]) -> list[Scored]:
    """Return the log-probability of each job's tokens from its start on.

    Args:
        logits: [needed, vocabulary], float32.
        read: the layout the logits belong to.
        jobs: in the order of `read.places`.

    """
    places = torch.cat([torch.from_numpy(one) for one in read.places]).to(logits.device)
    targets = torch.tensor([token for job in jobs for token in job.tokens[job.start :]], device=logits.device)
    chosen = logits[places, targets].double()
    total, top, gap = reductions(logits)
    logprob = (chosen - total[places].double()).tolist()
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
    """Return log-sum-exp, the most probable token and its distance to the next one (at most 87), each [places].

    A block of places at a time, so that the passes over the vocabulary stay in the processor's cache.
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

    One pass over the values finds the largest of every group, and only the winning group is read again: on a CPU several
    times faster than a maximum with its index, or topk, over a whole vocabulary.
    """
    length = values.shape[-1]
    group = min(_GROUP, length)
    groups = length // group
    grouped = values[..., : groups * group].reshape(*values.shape[:-1], groups, group).amax(dim=-1)
    maxima = torch.cat([grouped, values[..., groups * group :]], dim=-1)  # the rest are groups of one value each
    best = maxima.max(dim=-1, keepdim=True)
    start = torch.where(best.indices < groups, best.indices * group, length - group)
    window = values.gather(-1, start + torch.arange(group, device=values.device))
    inside = window.max(dim=-1, keepdim=True)
    others = [(maxima, best.indices), (window, inside.indices)]
    second = [some.scatter(-1, winner, -torch.inf).amax(dim=-1) for some, winner in others]
    return inside.values.squeeze(-1), (start + inside.indices).squeeze(-1), torch.maximum(*second)
