"""From logits to scores, in nats."""

from collections.abc import Sequence

import torch
from torch import Tensor

from dls_probes.packs import TextJob
from dls_probes.reading import Reading
from dls_probes.requests import Scored

_BLOCK = 1 << 20  # logits that are reduced at a time
_SMALLEST = 1e-38  # the smallest probability ratio that float32 holds


def scores(logits: Tensor, read: Reading, jobs: Sequence[TextJob]) -> list[Scored]:
    """Return the log-probability of each job's tokens from its start on.

    Args:
        logits: [needed, vocabulary], float32; overwritten.
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

    A block of places at a time, so that the passes over the vocabulary stay in the processor's cache; the logits are
    overwritten, since a copy would be as large as they are.
    """
    rows = max(1, _BLOCK // logits.shape[-1])
    parts = []
    for block in torch.split(logits, rows):
        best = block.max(dim=-1)
        block.sub_(best.values.unsqueeze(1)).exp_()
        total = best.values + block.sum(dim=-1).log()
        block.scatter_(-1, best.indices.unsqueeze(-1), 0.0)
        parts.append((total, best.indices, -block.amax(dim=-1).clamp(min=_SMALLEST).log()))
    total, top, gap = (torch.cat(part) for part in zip(*parts, strict=True))
    return total, top, gap


def top_two(logits: Tensor) -> tuple[torch.return_types.max, Tensor]:
    """Return the largest value with its index and the second largest value, along the last dimension.

    Two passes of max are several times faster on a CPU than topk over a whole vocabulary.
    """
    best = logits.max(dim=-1)
    rest = logits.scatter(-1, best.indices.unsqueeze(-1), -torch.inf)
    return best, rest.max(dim=-1).values
