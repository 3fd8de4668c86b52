"""From logits to scores, in nats."""

from collections.abc import Sequence

import torch
from torch import Tensor

from dls_probes.packs import TextJob
from dls_probes.reading import Reading
from dls_probes.requests import Scored


def scores(logits: Tensor, read: Reading, jobs: Sequence[TextJob]) -> list[Scored]:
    """Return the log-probability of each job's tokens from its start on.

    Args:
        logits: [needed, vocabulary], float32.
        read: the layout the logits belong to.
        jobs: in the order of `read.places`.

    """
    places = torch.cat([torch.from_numpy(one) for one in read.places]).to(logits.device)
    targets = torch.tensor([token for job in jobs for token in job.tokens[job.start :]], device=logits.device)
    total = logits.logsumexp(dim=-1)
    logprob = (logits[places, targets].double() - total[places].double()).tolist()
    best, runner_up = top_two(logits)
    top = (best.indices[places] == targets).tolist()
    gaps = (best.values - runner_up)[places].tolist()
    answers = []
    first = 0
    for job in jobs:
        last = first + len(job.tokens) - job.start
        answers.append(Scored(sum(logprob[first:last]), last - first, all(top[first:last]), min(gaps[first:last])))
        first = last
    return answers


def top_two(logits: Tensor) -> tuple[torch.return_types.max, Tensor]:
    """Return the largest value with its index and the second largest value, along the last dimension.

    Two passes of max are several times faster on a CPU than topk over a whole vocabulary.
    """
    best = logits.max(dim=-1)
    rest = logits.scatter(-1, best.indices.unsqueeze(-1), -torch.inf)
    return best, rest.max(dim=-1).values
