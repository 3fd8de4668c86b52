"""From logits to log-probabilities of texts, in nats, one block of the vocabulary at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dls_probes.arithmetic.forward import PackArrays
from dls_probes.arithmetic.head import Logits, blocks
from dls_probes.packs import TextJob
from dls_probes.requests import Scored

BLOCK = 2112  # vocabulary entries in memory at a time, 22 groups: the passes over them stay in the processor's cache
_LOWEST = torch.finfo(torch.float32).min
_GROUP = 96  # values of a group in the first pass of `top_two`


class Reductions(NamedTuple):
    """The reductions of next-token distributions; each [places].

    Attributes:
        total: the log-sum-exp of the logits, float64.
        top: the most probable token.
        gap: its distance to the second one in nats, at least 0.

    """

    total: Tensor
    top: Tensor
    gap: Tensor


def scores(
    logits: Logits, vocabulary: int, arrays: PackArrays, jobs: Sequence[TextJob], size: int = BLOCK
) -> list[Scored]:
    """Return the log-probability of each job's tokens from its start on.

    Args:
        logits: of the places of the pack.
        vocabulary: number of token ids.
        arrays: the pack.
        jobs: in the order of `arrays.places`.
        size: token ids of a block.

    """
    indices, tokens = np.concatenate(arrays.places), np.concatenate([job.tokens[job.start :] for job in jobs])
    chosen = ChosenLogits(indices, tokens)
    total, top, gap = reductions(logits, vocabulary, chosen.read, size)
    places, targets = (torch.from_numpy(column).to(total.device) for column in (indices, tokens))
    logprob = (chosen.values().double() - total[places]).tolist()
    greedy = (top[places] == targets).tolist()
    gaps = gap[places].tolist()
    answers = []
    first = 0
    for job in jobs:
        last = first + len(job.tokens) - job.start
        answers.append(Scored(sum(logprob[first:last]), last - first, all(greedy[first:last]), min(gaps[first:last])))
        first = last
    return answers


class ChosenLogits:
    """The logits of some (place, token) pairs, read while the blocks of the vocabulary pass from the first to the last.

    Args:
        places: [pairs].
        tokens: [pairs].

    """

    def __init__(self, places: NDArray[np.int64], tokens: NDArray[np.int64]) -> None:
        self._order = np.argsort(tokens, kind="stable")
        self._places, self._tokens = places[self._order], tokens[self._order]
        self._parts: list[Tensor] = []

    def read(self, first: int, block: Tensor) -> None:
        """Read the logits of a block, [places, ids], whose first token id is `first`."""
        start, end = np.searchsorted(self._tokens, (first, first + block.shape[1]))
        indices = (self._places[start:end], self._tokens[start:end] - first)
        rows, columns = (torch.from_numpy(entries).to(block.device) for entries in indices)
        self._parts.append(block[rows, columns])

    def values(self) -> Tensor:
        """Return the logits in the order of the pairs, [pairs]."""
        values = torch.cat(self._parts)
        return values[torch.from_numpy(np.argsort(self._order)).to(values.device)]


def reductions(
    logits: Logits, vocabulary: int, read: Callable[[int, Tensor], None] = lambda *_: None, size: int = BLOCK
) -> Reductions:
    """Return the reductions of each place; `read` gets the first id and the logits of every block of `size` ids."""
    ranking: _Ranking | None = None
    for first, last in blocks(vocabulary, size):
        block = logits(first, last)
        read(first, block)
        if ranking is None:
            ranking = _Ranking.start(len(block), block.device)
        ranking.add(first, block)
    assert ranking is not None
    return Reductions(ranking.best.double() + ranking.mass.log(), ranking.top, ranking.best - ranking.second)


@dataclass(slots=True)
class _Ranking:
    """The two largest logits so far, the id of the largest, and Σ exp(logit − largest) in float64; each [places]."""

    best: Tensor
    second: Tensor
    top: Tensor
    mass: Tensor

    @classmethod
    def start(cls, places: int, device: torch.device) -> "_Ranking":
        lowest = torch.full((places,), _LOWEST, device=device)  # finite: a block may hold minus infinity alone
        zero = torch.zeros(places, dtype=torch.int64, device=device)
        return cls(lowest, lowest.clone(), zero, zero.double())

    def add(self, first: int, block: Tensor) -> None:
        """Add the logits of the ids from `first` on; they are overwritten."""
        best, top, second = top_two(block)
        self.top = torch.where(best > self.best, top + first, self.top)
        self.second = torch.maximum(torch.maximum(self.second, second), torch.minimum(self.best, best))
        higher = torch.maximum(self.best, best)
        exponentials = block.sub_(higher.unsqueeze(1)).exp_().sum(dim=1)
        self.mass = self.mass * (self.best - higher).exp() + exponentials
        self.best = higher


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
