"""Whether a model fits the memory, told from the headers of its files before anything is loaded."""

import json
import math
import struct
from collections.abc import Iterable
from pathlib import Path

from dls.errors import DlsError
from dls_probes.models.transformers_model import ModelSpec

_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
_LONGEST_HEADER = 100_000_000  # bytes, as safetensors itself allows
_GIB = 1 << 30


def parameters(files: Iterable[Path]) -> int:
    """Return how many numbers some weight files hold; a file that is none counts as empty and fails when it is loaded."""
    return sum(_numbers_of_gguf(path) if path.suffix == ".gguf" else _numbers(path) for path in files)


def _numbers_of_gguf(path: Path) -> int:
    """Count the numbers of a GGUF file, which is unpacked when it is loaded, however few bits they have in it."""
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
    """Return the memory that this process may still take: the machine's or its control group's, infinite where neither tells."""
    left = math.inf
    if meminfo.exists():
        told = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
        left = int(told.get("MemAvailable", "0 kB").split()[0]) * 1024 or math.inf
    limit, used = group / "memory.max", group / "memory.current"
    if limit.exists() and used.exists() and (most := limit.read_text().strip()).isdecimal():
        left = min(left, int(most) - int(used.read_text()))
    return left


def free_bytes_of(device: str) -> float:
    """Return the memory that is free where a model is to lie: the host's, an accelerator's, or that of all for `split`.

    Infinite where nothing tells, as on MPS.
    """
    if device == "cpu":
        return free_bytes()
    import torch

    kind, _, index = device.partition(":")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if count == 0:
        return free_bytes() if device == "auto" and not torch.backends.mps.is_available() else math.inf
    if device == "split":
        return sum(torch.cuda.mem_get_info(one)[0] for one in range(count))
    asked = int(index) if index.isdecimal() else 0
    return torch.cuda.mem_get_info(asked)[0] if kind in {"cuda", "auto"} and asked < count else math.inf


def refuse_too_large(spec: ModelSpec, workers: int = 0, free: float | None = None) -> None:
    """Refuse a model whose weights alone do not fit the memory of its device, in each process that loads it.

    Raises:
        DlsError: they do not.
    """
    needed = parameters(spec.files.weights) * _BYTES[spec.dtype] * max(workers, 1)
    left = free_bytes_of(spec.device) if free is None else free
    if needed > left:
        processes = f" in {workers} processes" if workers > 1 else ""
        raise DlsError(
            f"{spec.folder}: its weights take {needed / _GIB:.1f} GiB in {spec.dtype}{processes}, and {left / _GIB:.1f} GiB "
            f"are free on the device {spec.device}; choose a smaller --dtype, another --device or fewer --workers"
        )
