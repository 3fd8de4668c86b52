"""Exact divergences of two next-token distributions, one block of the vocabulary at a time.

No tensor is as large as places × vocabulary: running maxima and sums are carried from block to block, as in an online
softmax. KL(p ‖ q) = Σ p (a − b) − log Z_a + log Z_b for logits a of p and b of q.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from dls_probes.arithmetic.head import Logits, blocks

_BLOCK = 8192  # vocabulary entries in memory at a time


class KullbackLeibler(NamedTuple):
    """Both directions in nats, and the log-sum-exp of the logits of p and of q; each [places], float64."""

    forward: Tensor
    reverse: Tensor
    total: Tensor
    other_total: Tensor


@dataclass(slots=True)
class _RunningSums:
    """The sums of one direction: Σ exp(a − m) and Σ exp(a − m)(a − b), with the running maximum m of a."""

    peak: Tensor
    mass: Tensor
    dot: Tensor

    @classmethod
    def start(cls, places: int, device: torch.device) -> "_RunningSums":
        zero = torch.zeros(places, dtype=torch.float64, device=device)
        return cls(torch.full((places,), -torch.inf, device=device), zero, zero.clone())

    def add(self, block: Tensor, difference: Tensor) -> None:
        """Add a block of logits, which is overwritten, and its difference to the other model's logits."""
        peak = torch.maximum(self.peak, block.amax(dim=1))
        shrink = (self.peak - peak).exp().double()
        block.sub_(peak.unsqueeze(1)).exp_()
        self.mass = self.mass * shrink + block.sum(dim=1)
        self.dot = self.dot * shrink + block.mul_(difference).sum(dim=1)
        self.peak = peak

    @property
    def total(self) -> Tensor:
        return self.peak.double() + self.mass.log()


def kullback_leibler(p: Logits, q: Logits, vocabulary: int, block: int = _BLOCK) -> KullbackLeibler:
    """Return KL(p ‖ q) and KL(q ‖ p) at each place, in nats, at least 0, on the device of p."""
    forward: _RunningSums | None = None
    for first, last in blocks(vocabulary, block):
        a = p(first, last)
        b = q(first, last).to(a.device)  # the models may be on different devices
        if forward is None:
            forward, reverse = (_RunningSums.start(len(a), a.device) for _ in range(2))
            memory = torch.empty_like(a)  # for all blocks: an allocator may hold a freed one beside the next one
        difference = torch.sub(a, b, out=memory[:, : last - first])
        forward.add(a, difference)
        reverse.add(b, difference.neg_())
    assert forward is not None
    log_ratio = forward.total - reverse.total
    p_to_q = forward.dot / forward.mass - log_ratio
    q_to_p = reverse.dot / reverse.mass + log_ratio
    return KullbackLeibler(p_to_q.clamp(min=0), q_to_p.clamp(min=0), forward.total, reverse.total)


class Symmetric(NamedTuple):
    """The symmetric comparisons of two distributions; each [places].

    Attributes:
        jensen_shannon: nats, in [0, ln 2], float64.
        total_variation: half the sum of |p − q|, in [0, 1], float64.
        same_top: both distributions rank the same token first; a tie goes to the lowest id.

    """

    jensen_shannon: Tensor
    total_variation: Tensor
    same_top: Tensor


def symmetric(p: Logits, q: Logits, totals: tuple[Tensor, Tensor], vocabulary: int, block: int = _BLOCK) -> Symmetric:
    """Return the symmetric comparisons at each place, in a second pass over the vocabulary.

    Args:
        p: logits of the first model.
        q: logits of the second model.
        totals: the log-sum-exp of both, as `kullback_leibler` returns them.
        vocabulary: number of token ids.
        block: token ids at a time.

    """
    divergence, distance = torch.zeros_like(totals[0]), torch.zeros_like(totals[0])
    tops: list[tuple[Tensor, Tensor] | None] = [None, None]
    for first, last in blocks(vocabulary, block):
        a = p(first, last).sub_(totals[0].float().unsqueeze(1)).exp_()
        b = q(first, last).to(a.device).sub_(totals[1].float().unsqueeze(1)).exp_()
        tops = [_top(best, values, first) for best, values in zip(tops, (a, b), strict=True)]
        terms = torch.special.entr((a + b).mul_(0.5)) - 0.5 * (torch.special.entr(a) + torch.special.entr(b))
        divergence += terms.sum(dim=1, dtype=torch.float64)
        distance += a.sub_(b).abs_().sum(dim=1, dtype=torch.float64)
    (_, top_p), (_, top_q) = (best for best in tops if best is not None)
    return Symmetric(divergence.clamp(min=0), distance * 0.5, top_p == top_q)


def _top(best: tuple[Tensor, Tensor] | None, block: Tensor, first: int) -> tuple[Tensor, Tensor]:
    """Return the largest value so far and its id, at each place."""
    top = block.max(dim=1)
    if best is None:
        return top.values, top.indices
    return torch.maximum(best[0], top.values), torch.where(top.values > best[0], top.indices + first, best[1])
