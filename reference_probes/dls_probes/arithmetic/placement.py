"""Where a model computes, which is not always where its weights lie: those that were moved to the disk lie nowhere."""

from typing import Any

import torch


def input_device(model: Any) -> torch.device:
    """Return the device on which a model's input embeddings run, so where token ids belong.

    Of a model that accelerate split, weights on the disk (or on the CPU beside an accelerator) are on the device `meta`
    until their layer runs; the hook that fetches them knows where.
    """
    hook = getattr(model.get_input_embeddings(), "_hf_hook", None)
    for one in getattr(hook, "hooks", (hook,)):
        place = getattr(one, "execution_device", None)
        if place is not None:
            return torch.device(place)
    return torch.device(model.device)
