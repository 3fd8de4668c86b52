"""Whether the output head, part by part, gives the logits of the whole model."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import torch

from dls_probes.arithmetic.forward import head_input, logits
from dls_probes.arithmetic.head import Head, blocks
from dls_probes.packs import TextJob

_TOKENS = range(2, 8)
_PART = 100  # token ids of a part


class Causal(Protocol):
    """What the checks need of a causal model."""

    model: Any

    def tolerance(self) -> float:
        """See `CausalModel`."""

    def full_precision(self) -> AbstractContextManager[Any] | None:
        """See `CausalModel`."""


def logits_width(model: Causal) -> int | None:
    """Return the number of a model's logits at a place, if its head gives them part by part; otherwise None.

    The check runs in float32. In a reduced precision, rounding moves logits by as much as a last step that the
    configuration does not name.
    """
    try:
        with model.full_precision() or nullcontext():
            difference, width = _largest_difference(model.model)
            return width if difference <= model.tolerance() else None  # the tolerance of float32
    except (AttributeError, TypeError, RuntimeError, IndexError):
        return None


def _largest_difference(model: Any) -> tuple[float, int]:
    """Return the largest difference between the model's own logits and its head's, and the number of logits."""
    rows: Sequence[Sequence[TextJob]] = [[TextJob(tuple(_TOKENS), 1)]]
    head = Head.of(model)
    with torch.inference_mode():
        full, _ = logits(model, rows, "alone")
        states, _ = head_input(model, rows, "alone")
        parts = torch.cat([head.logits(states, *ends) for ends in blocks(full.shape[1], _PART)], dim=1)
        return float((parts - full).abs().max()), full.shape[1]
