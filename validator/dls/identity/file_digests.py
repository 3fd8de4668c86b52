"""One read of a file gives its digest, and the digests of the tensors in it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from dls.errors import DlsError
from dls.identity.file_state import FileState, state_of
from dls.identity.gguf_header import parse_gguf
from dls.identity.json_text import value_sha256
from dls.identity.safetensors_header import parse_safetensors
from dls.identity.tensor_list import TensorDigest
from dls.identity.weight_header import BrokenHeader, WeightHeader
from dls.model import ModelFile

_BUFFER = 4 << 20  # bytes
_POINTER = b"version https://git-lfs.github.com/spec/"


class ReadingFile(NamedTuple):
    """A file beside the weights, with its bytes."""

    file: ModelFile
    state: FileState
    data: bytes


class WeightFile(NamedTuple):
    """A weight file with the digests of its tensors, in the order of their bytes."""

    file: ModelFile
    state: FileState
    header: WeightHeader
    tensors: tuple[TensorDigest, ...]


class _Stream:
    """An open file whose bytes enter a digest as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = memoryview(bytearray(_BUFFER))
        self._digest = hashlib.sha256()
        self.position = 0

    def read(self, size: int, /) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        self.position += len(data)
        return data

    def sha256_until(self, end: int) -> str:
        """Read up to a place in the file and return the digest of these bytes alone."""
        digest = hashlib.sha256()
        while self.position < end:
            count = self._file.readinto(self._buffer[: min(_BUFFER, end - self.position)])  # type: ignore[attr-defined]
            if not count:
                break
            self._digest.update(self._buffer[:count])
            digest.update(self._buffer[:count])
            self.position += count
        return digest.hexdigest()

    def sha256(self) -> str:
        return self._digest.hexdigest()


def read_reading_file(folder: Path, name: str) -> ReadingFile:
    """Read a file beside the weights.

    Raises:
        DlsError: it cannot be read, is a Git LFS pointer, or changed meanwhile.
    """
    with _open_file(folder / name) as (file, state):
        data = file.read(state.bytes + 1)
    digest = hashlib.sha256(data).hexdigest()
    return ReadingFile(
        ModelFile(name=name, bytes=len(data), sha256=digest, value_sha256=value_sha256(data)), state, data
    )


def read_weight_file(folder: Path, name: str) -> WeightFile:
    """Read a weight file once, with a memory of a few MiB beside its header.

    Raises:
        DlsError: it cannot be read, is a Git LFS pointer, has a broken header, or changed meanwhile.
    """
    with _open_file(folder / name) as (file, state):
        stream = _Stream(file)
        header = _header(stream, folder / name, state.bytes)
        tensors = []
        for tensor in header.tensors:
            stream.sha256_until(tensor.start)  # padding
            tensors.append(TensorDigest(tensor.name, tensor.dtype, tensor.shape, stream.sha256_until(tensor.end)))
        stream.sha256_until(state.bytes)
    model_file = ModelFile(name=name, bytes=state.bytes, sha256=stream.sha256())
    return WeightFile(model_file, state, header, tuple(tensors))


def read_weight_header(path: Path) -> WeightHeader:
    """Read the header of a weight file alone.

    Raises:
        DlsError: it cannot be read, is a Git LFS pointer, or has a broken header.
    """
    with _open_file(path) as (file, state):
        return _header(file, path, state.bytes)


def _header(stream: Any, path: Path, size: int) -> WeightHeader:
    try:
        return (parse_gguf if path.suffix == ".gguf" else parse_safetensors)(stream, size)
    except BrokenHeader as error:
        raise DlsError(f"{path} {error}; fetch the file again, or save the model again") from error


@contextmanager
def _open_file(path: Path) -> Iterator[tuple[BinaryIO, FileState]]:
    """Open a file that may not change while it is read."""
    try:
        with path.open("rb") as file:
            state = state_of(path, file.fileno())
            if file.peek(len(_POINTER)).startswith(_POINTER):
                raise DlsError(f"{path} is a Git LFS pointer and no content; fetch it with `git lfs pull`")
            yield file, state
            if state_of(path, file.fileno()) != state:
                raise DlsError(f"{path} changed while it was read; wait until nothing writes to it")
    except OSError as error:
        raise DlsError(f"{path} cannot be read ({error.strerror}); check that it is there and yours to read") from error
