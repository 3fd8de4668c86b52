"""Entropies, most probable tokens and option log-probabilities of one model's next-token distributions."""

from collections.abc import Sequence
from itertools import islice

import torch
from torch import Tensor

from dls_probes.arithmetic.forward import PackArrays
from dls_probes.packs import TextJob
from dls_probes.requests import Distributed

_BLOCK = 8192  # vocabulary entries that are in memory as probabilities at a time


def entropy(logits: Tensor) -> Tensor:
    """Return the Shannon entropy in nats of each distribution, [places], float64, from [places, vocabulary] logits.

    Summed block by block, so that no second tensor of the vocabulary's width exists.
    """
    total = logits.logsumexp(dim=-1)
    entropies = torch.zeros(len(logits), dtype=torch.float64, device=logits.device)
    for block in torch.split(logits, _BLOCK, dim=-1):
        entropies += torch.special.entr((block - total.unsqueeze(1)).exp()).sum(dim=-1, dtype=torch.float64)
    return entropies.clamp(min=0.0)


def distribution_answers(logits: Tensor, arrays: PackArrays, jobs: Sequence[TextJob]) -> list[Distributed]:
    """Return the reductions of each job's places.

    Args:
        logits: [outputs, vocabulary], float32.
        arrays: the pack that the logits belong to.
        jobs: in the order of `arrays.places`.

    """
    entropies = entropy(logits).tolist()
    top = logits.argmax(dim=-1).tolist()
    options = iter(_option_logprobs(logits, arrays, jobs))
    return [
        Distributed(
            tuple(entropies[i] for i in places),
            tuple(top[i] for i in places),
            tuple(islice(options, len(job.options))),
        )
        for job, places in zip(jobs, arrays.places, strict=True)
    ]


def _option_logprobs(logits: Tensor, arrays: PackArrays, jobs: Sequence[TextJob]) -> list[float]:
    """Return the log-probabilities of all jobs' options, one job after another: one copy to the host."""
    pairs = [(int(places[-1]), token) for job, places in zip(jobs, arrays.places, strict=True) for token in job.options]
    if not pairs:
        return []
    places, tokens = torch.tensor(pairs).T.to(logits.device)
    total = logits.logsumexp(dim=-1)
    return list((logits[places, tokens].double() - total[places].double()).tolist())
