"""The device that a model is asked to run on."""

from importlib.util import find_spec
from typing import Any

from dls.errors import DlsError


def expect_device(name: str) -> str:
    """Return the device that a name means; `auto` means the first accelerator that is there, or the CPU.

    Raises:
        DlsError: there is no such device, or the package that splits models is missing.
    """
    import torch

    kind, _, index = name.partition(":")
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next((device for device, present in there.items() if present), "cpu")
    if name not in {"cpu", "mps", "split"} and not (kind == "cuda" and (not index or index.isdecimal())):
        raise DlsError(f"{name!r} is no device that models run on: choose cpu, cuda, cuda:1, mps, auto or split")
    if name == "split" and find_spec("accelerate") is None:
        raise DlsError("only the package accelerate splits models, and it is not there: pip install accelerate")
    if not there.get(kind, True) or (index and int(index) >= torch.cuda.device_count()):
        devices = ", ".join(device for device, present in there.items() if present) or "only the CPU"
        raise DlsError(f"the device {name!r} is not there; found {devices}: choose --device auto")
    return name


def device_of_worker(name: str, number: int) -> str:
    """Return the device of a worker process: worker i has GPU i, and those beyond the last GPU begin again at 0.

    A device with an index, and any device but `cuda`, is the same for all workers.
    """
    import torch

    device = expect_device(name) if name == "auto" else name
    return f"cuda:{number % max(1, torch.cuda.device_count())}" if device == "cuda" else device


def device_map(device: str, file_format: str) -> dict[str, Any]:
    """Return where the library puts weights as it reads them, as its argument; no argument means the CPU first.

    Straight to an accelerator they never take the memory of the host. The library needs the package accelerate for
    that, and unpacks GGUF files on the CPU.
    """
    if device == "split":
        return {"device_map": "auto"}
    if device == "cpu" or file_format != "safetensors" or find_spec("accelerate") is None:
        return {}
    return {"device_map": {"": device}}


def hardware(model: Any) -> dict[str, str]:
    """Return the facts about a loaded model's device and its attention on which the last digits depend."""
    from dls_probes.arithmetic.accelerators import attention_kernels
    from dls_probes.arithmetic.placement import device_name, input_device

    device, attention = input_device(model), getattr(model.config, "_attn_implementation", None)
    return {
        "attention": str(attention or "own"),
        "kernels": attention_kernels(),
        "device_class": device.type,
        "device_name": device_name(device),
    }
