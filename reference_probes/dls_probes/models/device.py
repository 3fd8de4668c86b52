"""The device that a model is asked to run on."""

from importlib.util import find_spec

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
