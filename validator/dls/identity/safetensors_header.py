"""The header of a safetensors file: a length, then JSON that names each tensor's dtype, shape and bytes.

Source: https://huggingface.co/docs/safetensors
"""

import math
from typing import Any

from dls.canonical import canonical_json
from dls.identity.json_text import parse_json
from dls.identity.weight_header import (
    LARGEST_HEADER,
    BrokenHeader,
    ByteStream,
    StoredTensor,
    WeightHeader,
    in_file_order,
)

BITS = {
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E4M3FNUZ": 8, "F8_E5M2": 8,
    "F8_E5M2FNUZ": 8, "F8_E8M0": 8, "U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32,
    "U64": 64, "I64": 64, "F64": 64, "C64": 64,
}  # fmt: skip
"""The number of bits of one value, by the format's word."""

_LENGTH = 8  # bytes of the header's own length
_METADATA = "__metadata__"
_FRAMEWORK = "format"  # a word for the reader, such as `pt`


def parse_safetensors(stream: ByteStream, size: int) -> WeightHeader:
    """Read the header of a safetensors file from its start.

    Args:
        stream: the file, of which exactly the header is read.
        size: of the file, in bytes.

    Raises:
        BrokenHeader: the header contradicts itself or the file.
    """
    length = int.from_bytes(stream.read(_LENGTH), "little")
    if not len("{}") <= length <= min(LARGEST_HEADER, size - _LENGTH):
        raise BrokenHeader(f"has {size} bytes and states a header of {length}")
    members = _members(stream.read(length))
    metadata = members.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise BrokenHeader(f"has a {_METADATA} that is no object of texts")
    start = _LENGTH + length
    tensors = in_file_order((_tensor(name, entry, start) for name, entry in members.items()), start, size, 1)
    notes = {name: text for name, text in metadata.items() if name != _FRAMEWORK}
    try:
        return WeightHeader("safetensors", tensors, canonical_json(notes) if notes else b"")
    except ValueError as error:
        raise BrokenHeader(f"has a {_METADATA} whose text is no Unicode") from error


def _members(data: bytes) -> dict[str, Any]:
    try:
        text = parse_json(data)
    except ValueError as error:
        raise BrokenHeader(f"has a header that is no JSON ({error})") from error
    if text.has_duplicates:
        raise BrokenHeader("names a tensor, or a member of one, twice")
    if not isinstance(text.value, dict):
        raise BrokenHeader("has a header that is no JSON object")
    try:
        "".join(text.keys).encode()
    except UnicodeEncodeError as error:
        raise BrokenHeader("names a tensor in text that is no Unicode") from error
    return text.value


def _tensor(name: str, entry: Any, start: int) -> StoredTensor:
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(begin), int(end)]} if dtype in BITS:
            pass
        case _:
            raise BrokenHeader(f"describes the tensor {name!r} as {str(entry)[:100]}, which no reader knows")
    if not all(type(length) is int and length >= 0 for length in (begin, end, *shape)):
        raise BrokenHeader(f"gives the tensor {name!r} the numbers {str(entry)[:100]}")
    if 8 * (end - begin) != math.prod(shape) * BITS[dtype]:
        raise BrokenHeader(f"gives the tensor {name!r} {end - begin} bytes, and {dtype} {shape} does not take as many")
    return StoredTensor(name, dtype, tuple(shape), start + begin, end - begin)
