"""Whether a model fits the memory, told from the headers of its files before anything is loaded."""

import json
import math
import struct
from collections.abc import Iterable
from pathlib import Path

from dls.errors import DlsError
from dls_probes.transformers_model import ModelSpec, weight_files

_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
_LONGEST_HEADER = 100_000_000  # bytes, as safetensors itself allows
_GIB = 1 << 30


def parameters(files: Iterable[Path]) -> int:
    """Return how many numbers some safetensors files hold; a file that is none counts as empty and fails when it is loaded."""
    return sum(_numbers(path) for path in files)


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


def refuse_too_large(spec: ModelSpec, workers: int = 0, free: float | None = None) -> None:
    """Refuse a model whose weights alone do not fit the memory of this machine, in each process that loads it.

    Raises:
        DlsError: they do not.
    """
    files = [path for path in weight_files(spec.folder) if path.suffix == ".safetensors"]
    needed = parameters(files) * _BYTES[spec.dtype] * max(workers, 1)
    left = free_bytes() if free is None else free
    if spec.device == "cpu" and needed > left:
        processes = f" in {workers} processes" if workers > 1 else ""
        raise DlsError(
            f"{spec.folder}: its weights take {needed / _GIB:.1f} GiB in {spec.dtype}{processes}, and {left / _GIB:.1f} GiB are free; "
            "choose a smaller --dtype, another --device or fewer --workers"
        )
