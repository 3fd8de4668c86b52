"""Whether a model fits the memory, from the headers of its files and before it is loaded."""

import json
import math
import struct
from collections.abc import Iterable
from pathlib import Path

from dls.errors import DlsError
from dls_probes.models.device import device_map, expect_device
from dls_probes.models.transformers_model import ModelSpec

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
_LONGEST_HEADER = 100_000_000  # bytes, as safetensors itself allows
_GIB = 1 << 30


def parameters(files: Iterable[Path]) -> int:
    """Return how many numbers some weight files hold; a broken file counts as empty and fails when it is loaded."""
    return sum(_numbers_of_gguf(path) if path.suffix == ".gguf" else _numbers(path) for path in files)


def _numbers_of_gguf(path: Path) -> int:
    """Count the numbers of a GGUF file; loading unpacks them, so their bits in the file do not matter."""
    try:
        from gguf import GGUFReader

        return sum(int(tensor.n_elements) for tensor in GGUFReader(path).tensors)
    except (ImportError, OSError, ValueError, IndexError, KeyError, OverflowError, MemoryError):
        return 0


def _numbers(path: Path) -> int:
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            tensors = json.loads(file.read(length)) if length <= _LONGEST_HEADER else {}
        return sum(math.prod(tensor["shape"]) for name, tensor in tensors.items() if name != "__metadata__")
    except (OSError, ValueError, struct.error, TypeError, KeyError, AttributeError):
        return 0


def free_bytes(meminfo: Path = Path("/proc/meminfo"), group: Path = Path("/sys/fs/cgroup")) -> float:
    """Return the memory that this process may still take, in bytes, by the machine and its control group.

    Infinite where neither file says.
    """
    free = math.inf
    if meminfo.exists():
        entries = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
        free = int(entries.get("MemAvailable", "0 kB").split()[0]) * 1024 or math.inf
    limit, usage = group / "memory.max", group / "memory.current"
    if limit.exists() and usage.exists() and (maximum := limit.read_text().strip()).isdecimal():
        free = min(free, int(maximum) - int(usage.read_text()))
    return free


def free_bytes_of(device: str) -> float:
    """Return the free bytes of a device: of the host, of an accelerator, or of all accelerators for `split`.

    Infinite where no call says, as on MPS.
    """
    if device == "cpu":
        return free_bytes()
    import torch

    kind, _, index = device.partition(":")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if count == 0:
        return free_bytes() if device == "auto" and not torch.backends.mps.is_available() else math.inf
    if device == "split":
        return sum(torch.cuda.mem_get_info(number)[0] for number in range(count))
    number = int(index) if index.isdecimal() else 0
    return torch.cuda.mem_get_info(number)[0] if kind in {"cuda", "auto"} and number < count else math.inf


def refuse_too_large(spec: ModelSpec, workers: int = 0, free: float | None = None) -> None:
    """Refuse a model whose weights alone do not fit the memory of its device, in each process that loads it.

    Workers on `cuda` take the GPUs in turn.

    Raises:
        DlsError: the weights do not fit.
    """
    workers = -(-workers // _gpus(spec.device))
    weights = parameters(spec.files.weight_paths()) * BYTES[spec.dtype]
    size = weights * max(workers, 1)
    free = free_bytes_of(spec.device) if free is None else free
    if size > free:
        processes = f" in {workers} processes" if workers > 1 else ""
        raise DlsError(
            f"{spec.folder}: its weights take {size / _GIB:.1f} GiB in {spec.dtype}{processes}, and {free / _GIB:.1f} "
            f"GiB are free on the device {spec.device}; choose a smaller --dtype, another --device or fewer --workers"
        )
    accelerator = expect_device(spec.device)
    if accelerator != "cpu" and not device_map(accelerator, spec.files.model_folder.format) and weights > free_bytes():
        raise DlsError(
            f"{spec.folder}: its weights take {weights / _GIB:.1f} GiB in {spec.dtype} on their way through the memory "
            f"of the host, where {free_bytes() / _GIB:.1f} GiB are free; pip install accelerate, which spares the way"
        )


def _gpus(device: str) -> int:
    """Return the number of devices among which workers are divided, at least 1."""
    if device != "cuda":
        return 1
    import torch

    return max(1, torch.cuda.device_count())
