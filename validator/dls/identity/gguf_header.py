"""The header of a GGUF file: keys with values that say how it is read, then the tensors.

Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import math
from typing import NamedTuple

from dls.identity.gguf_types import ARRAY, FILE_TYPES, TENSOR_TYPES, TEXT, UINT32, VALUE_BYTES
from dls.identity.weight_header import (
    LARGEST_HEADER,
    BrokenHeader,
    ByteStream,
    StoredTensor,
    WeightHeader,
    in_file_order,
    padded,
)

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_DEFAULT_ALIGNMENT = 32
_MOST_DIMENSIONS = 4
_ALIGNMENT, _FILE_TYPE = "general.alignment", "general.file_type"


class _Cursor:
    """The bytes of a header as far as they were read."""

    def __init__(self, stream: ByteStream, size: int) -> None:
        self._stream = stream
        self._limit = min(size, LARGEST_HEADER)
        self.data = bytearray()

    @property
    def position(self) -> int:
        return len(self.data)

    def take(self, count: int) -> bytes:
        if count > self._limit - self.position:
            raise BrokenHeader(f"has a header that goes beyond byte {self._limit}")
        data = self._stream.read(count)
        if len(data) < count:
            raise BrokenHeader("ends within its header")
        self.data += data
        return data

    def integer(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def text(self) -> str:
        try:
            return self.take(self.integer(8)).decode()
        except UnicodeDecodeError as error:
            raise BrokenHeader("has a name that is not UTF-8") from error

    def value(self, kind: int) -> int | None:
        """Read a value; return it where it is a UINT32, of which the layout needs two."""
        if kind == TEXT:
            self.take(self.integer(8))
        elif kind == ARRAY:
            self._array(self.integer(4), self.integer(8))
        elif kind in VALUE_BYTES:
            integer = self.integer(VALUE_BYTES[kind])
            return integer if kind == UINT32 else None
        else:
            raise BrokenHeader(f"has a value of the type {kind}, which GGUF does not have")
        return None

    def _array(self, kind: int, count: int) -> None:
        if kind == TEXT:
            for _ in range(count):
                self.take(self.integer(8))
        elif kind in VALUE_BYTES:
            self.take(count * VALUE_BYTES[kind])
        else:
            raise BrokenHeader(f"has an array of the type {kind}")


class _Entry(NamedTuple):
    """A tensor before the place of the first one is known; its offset counts from there."""

    name: str
    kind: int
    shape: tuple[int, ...]
    offset: int

    def at(self, start: int) -> StoredTensor:
        kind, count = TENSOR_TYPES[self.kind], math.prod(self.shape)
        return StoredTensor(self.name, kind.word, self.shape, start + self.offset, count // kind.values * kind.bytes)


def parse_gguf(stream: ByteStream, size: int) -> WeightHeader:
    """Read the header of a GGUF file from its start.

    Args:
        stream: the file, of which exactly the header is read.
        size: of the file, in bytes.

    Raises:
        BrokenHeader: the header contradicts itself or the file, or it is of a version other than 2 and 3.
    """
    cursor = _Cursor(stream, size)
    if cursor.take(len(_MAGIC)) != _MAGIC:
        raise BrokenHeader("does not begin as a GGUF file does")
    version = cursor.integer(4)
    if version not in _VERSIONS:
        raise BrokenHeader(f"is of GGUF version {version}; versions 2 and 3, with the low byte first, are read")
    tensors, keys = cursor.integer(8), cursor.integer(8)
    begin = cursor.position
    values = _values(cursor, keys)
    metadata = bytes(cursor.data[begin:])
    entries = [_entry(cursor) for _ in range(tensors)]
    alignment = _alignment(values)
    start = padded(cursor.position, alignment)
    order = in_file_order((entry.at(start) for entry in entries), cursor.position, size, alignment)
    return WeightHeader("gguf", order, metadata, FILE_TYPES.get(values.get(_FILE_TYPE) or 0), tuple(values))


def _values(cursor: _Cursor, count: int) -> dict[str, int | None]:
    values: dict[str, int | None] = {}
    for _ in range(count):
        key = cursor.text()
        if key in values:
            raise BrokenHeader(f"has the key {key!r} twice")
        values[key] = cursor.value(cursor.integer(4))
    return values


def _alignment(values: dict[str, int | None]) -> int:
    alignment = values.get(_ALIGNMENT, _DEFAULT_ALIGNMENT)
    if not alignment or alignment & (alignment - 1):
        raise BrokenHeader(f"has an alignment of {alignment}, which is no power of two")
    return alignment


def _entry(cursor: _Cursor) -> _Entry:
    name = cursor.text()
    dimensions = cursor.integer(4)
    if dimensions > _MOST_DIMENSIONS:
        raise BrokenHeader(f"gives the tensor {name!r} {dimensions} dimensions")
    shape = tuple(cursor.integer(8) for _ in range(dimensions))
    kind, offset = cursor.integer(4), cursor.integer(8)
    if kind not in TENSOR_TYPES:
        raise BrokenHeader(f"gives the tensor {name!r} the type {kind}, which no reader knows")
    if (shape[0] if shape else 1) % TENSOR_TYPES[kind].values:
        raise BrokenHeader(f"gives the tensor {name!r} rows of {shape[:1]} values, which are no whole blocks")
    return _Entry(name, kind, shape, offset)
