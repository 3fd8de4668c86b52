"""Whether a model answers with numbers: one short pass before anything is measured."""

import inspect
from itertools import islice
from pathlib import Path
from typing import Any

from dls.errors import DlsError

_MOST_NAMES = 3  # tensors that a message names


def expect_numbers(folder: Path, model: Any) -> None:
    """Refuse a model whose answer to three tokens holds NaN.

    Args:
        folder: of the model.
        model: of the library.

    Raises:
        DlsError: a logit is NaN; the message names the first tensors that hold NaN or an infinity themselves.
    """
    import torch

    from dls_probes.arithmetic.placement import input_device  # start-up: loads torch

    middle = int(model.config.get_text_config().vocab_size) // 2
    tokens = torch.tensor([[middle, middle + 1, middle - 1]], device=input_device(model))
    no_cache = {"use_cache": False} if "use_cache" in inspect.signature(model.forward).parameters else {}
    with torch.inference_mode():
        logits = model(input_ids=tokens, **no_cache).logits
    if not logits.isnan().any():
        return
    if names := list(islice((name for name, tensor in model.named_parameters() if _breaks(tensor)), _MOST_NAMES)):
        problem = f"NaN or an infinity stands in {', '.join(names)}; train, merge or convert the model again"
    elif model.dtype is torch.float32:
        problem = "its numbers overflow even in float32, from finite weights; train, merge or convert the model again"
    else:
        problem = f"its numbers leave the range of {model.dtype}; choose --dtype float32, or convert the model again"
    raise DlsError(f"the model in {folder} answers with NaN: {problem}")


def _breaks(tensor: Any) -> bool:
    """Whether a tensor in memory holds NaN or an infinity."""
    return not tensor.is_meta and tensor.is_floating_point() and not bool(tensor.float().isfinite().all())
