"""The device on which a model computes, which may differ from the device of its weights."""

import platform
from typing import Any

import torch


def input_device(model: Any) -> torch.device:
    """Return the device of a model's input embeddings when they run: token ids belong there.

    Of a model that accelerate splits, weights on the disk (or on the CPU beside an accelerator) are on the device
    `meta` until their layer runs; the hook that loads them knows the device.
    """
    hook = getattr(model.get_input_embeddings(), "_hf_hook", None)
    for part in getattr(hook, "hooks", (hook,)):
        device = getattr(part, "execution_device", None)
        if device is not None:
            return torch.device(device)
    return torch.device(model.device)


def device_name(device: torch.device) -> str:
    """Return the kind of processor whose last digits a model's numbers have: a GPU by name, a CPU by its instructions.

    It names no single machine.
    """
    if device.type == "cuda":
        major, minor = torch.cuda.get_device_capability(device)
        return f"{torch.cuda.get_device_name(device)}, capability {major}.{minor}"
    return f"{platform.machine()} {torch.backends.cpu.get_cpu_capability() if device.type == 'cpu' else device.type}"
