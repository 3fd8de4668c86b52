"""The output head, applied to a part of the vocabulary at a time: no tensor is as large as places × vocabulary."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import torch
from torch import Tensor

Logits: TypeAlias = Callable[[int, int], Tensor]
"""(first id, id after the last) to float32 logits, [places, ids], in memory that the caller may overwrite.

The next call may overwrite it too.
"""


_SLICE = 528  # token ids of one product on a CPU, where a wider one takes up to half as long again


@dataclass(frozen=True, slots=True)
class Head:
    """The output head with the model's scaling and soft cap.

    Attributes:
        weight: [vocabulary, hidden].
        bias: [vocabulary] or None.
        scale: the factor of the logits.
        cap: the soft cap c of c · tanh(logit / c), applied last, or None.

    """

    weight: Tensor
    bias: Tensor | None
    scale: float
    cap: float | None

    @classmethod
    def of(cls, model: Any) -> "Head":
        """Return a model's head, with the scaling of its configuration (Gemma 2, Cohere, Granite, Falcon-H1)."""
        module, config = model.get_output_embeddings(), model.config.get_text_config()
        scale = _factor(config, "logit_scale") * _factor(config, "lm_head_multiplier")
        scale /= _factor(config, "logits_scaling")
        cap = getattr(config, "final_logit_softcapping", None)
        return cls(module.weight, getattr(module, "bias", None), scale, cap)

    def logits(self, states: Tensor, first: int, last: int, memory: Tensor | None = None) -> Tensor:
        """Return float32 logits of some token ids, [places, ids], for hidden states [places, hidden].

        `memory` takes the products, [places, ids] of the weight's precision; None takes new memory.
        """
        if memory is None:
            memory = states.new_empty(len(states), last - first)
        for start, end in blocks(last - first, _SLICE if states.device.type == "cpu" else last - first):
            part = slice(first + start, first + end)
            if self.bias is None:
                torch.mm(states, self.weight[part].t(), out=memory[:, start:end])
            else:
                torch.addmm(self.bias[part], states, self.weight[part].t(), out=memory[:, start:end])
        values = memory.float()
        if self.scale != 1.0:
            values *= self.scale
        return values if self.cap is None else values.div_(self.cap).tanh_().mul_(self.cap)


@dataclass(slots=True)
class HeadLogits:
    """A head's logits for hidden states [places, hidden]; every block is written over the block before it.

    An allocator that gets a block of memory for each block of the vocabulary may hold three times as much.
    """

    head: Head
    states: Tensor
    _memory: Tensor | None = field(default=None, init=False)

    def __call__(self, first: int, last: int) -> Tensor:
        """Return the logits of some token ids, [places, ids]."""
        size = len(self.states) * (last - first)
        if self._memory is None or self._memory.numel() < size:
            self._memory = torch.empty(size, dtype=self.states.dtype, device=self.states.device)
        memory = self._memory[:size].view(len(self.states), last - first)
        return self.head.logits(self.states, first, last, memory)


def blocks(vocabulary: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield the first id and the id after the last of each block."""
    for first in range(0, vocabulary, size):
        yield first, min(first + size, vocabulary)


def _factor(config: Any, name: str) -> float:
    return float(getattr(config, name, None) or 1.0)
