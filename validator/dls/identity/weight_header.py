"""The header of a weight file: the stored tensors and the bytes that each of them takes."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, Protocol

LARGEST_HEADER = 100_000_000
"""In bytes, as the library safetensors limits it."""

LONGEST = 2**53 - 1
"""The longest side of a tensor: the largest integer that every JSON reader keeps exact."""

Format = Literal["safetensors", "gguf"]


class ByteStream(Protocol):
    """Something that is read from its start to its end."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; fewer only at the end."""
        ...


class BrokenHeader(Exception):  # noqa: N818 - the name says the problem
    """A header contradicts itself or its file. The message is the middle of a sentence about the file."""


class StoredTensor(NamedTuple):
    """A tensor as a file holds it.

    Attributes:
        name: of the tensor.
        dtype: the format's own word, such as `BF16` or `Q4_K`.
        shape: in the order of the file: that of GGUF begins with the length of a row.
        start: the place of its first byte in the file.
        bytes: their number.

    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    bytes: int

    @property
    def end(self) -> int:
        """The place after its last byte."""
        return self.start + self.bytes


class WeightHeader(NamedTuple):
    """The header of a weight file.

    Attributes:
        format: of the file.
        tensors: in the order of their bytes.
        metadata: the bytes beside the tensors that decide how the file is read; empty where there are none.
        scheme: the quantisation that a GGUF file names.
        keys: of a GGUF file's metadata, in the order of the file.

    """

    format: Format
    tensors: tuple[StoredTensor, ...]
    metadata: bytes
    scheme: str | None = None
    keys: tuple[str, ...] = ()


def in_file_order(tensors: Iterable[StoredTensor], start: int, size: int, alignment: int) -> tuple[StoredTensor, ...]:
    """Return tensors in the order of their bytes, which have to fill a file.

    Args:
        tensors: of the file.
        start: the place after the header.
        size: of the file, in bytes.
        alignment: of each tensor's start, in bytes; the file may end with padding to it.

    Raises:
        BrokenHeader: two tensors have one name or share bytes, bytes belong to no tensor, or the file is too short.
    """
    order = tuple(sorted(tensors, key=lambda tensor: (tensor.start, tensor.end)))
    if len({tensor.name for tensor in order}) < len(order):
        raise BrokenHeader("names two tensors alike")
    if any(length > LONGEST for tensor in order for length in tensor.shape):
        raise BrokenHeader(f"holds a tensor longer than {LONGEST}")
    position = start
    for tensor in order:
        if tensor.start != padded(position, alignment):
            problem = "shares bytes with another" if tensor.start < position else "leaves bytes before it unused"
            raise BrokenHeader(f"holds the tensor {tensor.name!r}, which {problem}")
        position = tensor.end
    if size < position:
        raise BrokenHeader(f"has {size} bytes, and its tensors end at {position}")
    if size > padded(position, alignment):
        raise BrokenHeader(f"has {size} bytes, of which those from {position} on belong to no tensor")
    return order


def padded(position: int, alignment: int) -> int:
    """Return the next multiple of an alignment from a position on."""
    return -(-position // alignment) * alignment
