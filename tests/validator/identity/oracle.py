"""The identity of a folder by other people's code: sha256sum, the packages safetensors and gguf, rfc8785."""

import hashlib
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import rfc8785
import safetensors


def listing_sha256(folder: Path, names: Iterable[str]) -> str:
    """Return ``sha256sum FILES | sort | sha256sum`` as a shell makes it."""
    lines = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, check=True).stdout
    return hashlib.sha256(b"".join(sorted(lines.splitlines(keepends=True)))).hexdigest()


def stored_tensors(path: Path) -> list[tuple[str, str, list[int], bytes]]:
    """Return name, dtype, shape and bytes of each tensor of a weight file."""
    if path.suffix == ".gguf":
        from gguf import GGUFReader

        tensors = GGUFReader(path).tensors
        return [(t.name, t.tensor_type.name, [int(n) for n in t.shape], t.data.tobytes()) for t in tensors]
    entries = safetensors.deserialize(path.read_bytes())
    return [(name, entry["dtype"], list(entry["shape"]), bytes(entry["data"])) for name, entry in entries]


def tensor_lines(paths: Sequence[Path]) -> list[str]:
    tensors = sorted((t for path in paths for t in stored_tensors(path)), key=lambda tensor: tensor[0].encode())
    return [rfc8785.dumps([*tensor[:3], hashlib.sha256(tensor[3]).hexdigest()]).decode() for tensor in tensors]


def tensors_sha256(lines: Iterable[str]) -> str:
    text = "dls-tensors-1\n" + "".join(f"{line}\n" for line in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def gguf_metadata(path: Path) -> bytes:
    """Return the bytes of the keys and values, which end where the first tensor is described."""
    from gguf import GGUFReader

    reader = GGUFReader(path)
    first = next(field for field in reader.fields.values() if not field.name.startswith("GGUF."))
    return path.read_bytes()[first.offset : reader.tensors[0].field.offset]
