"""Whether the last layer's feed-forward part may run at the places that are read alone."""

from contextlib import nullcontext
from typing import Any

import torch

from dls_probes.arithmetic.forward import logits
from dls_probes.arithmetic.last_layer import feed_forward
from dls_probes.models.checked_head import Causal
from dls_probes.packs import TextJob

_TOKENS = range(2, 10)
_START = 6  # the last two tokens are scored: six places of eight are not read


def narrow_part(model: Causal) -> Any:
    """Return the part if a model's logits stay the same with it at the read places alone; otherwise None.

    The check runs in float32, as that of the head does.
    """
    part = feed_forward(model.model)
    if part is None:
        return None
    rows = [[TextJob(tuple(_TOKENS), _START)]]
    try:
        with model.full_precision() or nullcontext(), torch.inference_mode():
            whole, narrow = (logits(model.model, rows, "alone", None, last)[0] for last in (None, part))
            return part if float((narrow - whole).abs().max()) <= model.tolerance() else None
    except (AttributeError, TypeError, RuntimeError, IndexError):
        return None
