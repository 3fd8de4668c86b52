"""The list of a model's stored tensors, which is the same however they are divided into files."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from dls.canonical import canonical_json, sha256_hex
from dls.errors import DlsError

_HEAD = b"dls-tensors-1\n"


class TensorDigest(NamedTuple):
    """A stored tensor by its digest, before it is dequantised or tied.

    Attributes:
        name: of the tensor.
        dtype: the format's own word, such as `BF16` or `Q4_K`.
        shape: in the order of the file.
        sha256: of its bytes.

    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    sha256: str


def tensor_lines(tensors: Iterable[TensorDigest]) -> bytes:
    """Return the list as lines, one RFC 8785 array for each tensor, sorted by the UTF-8 bytes of the names."""
    order = sorted(tensors, key=lambda tensor: tensor.name.encode())
    return b"".join(
        canonical_json([tensor.name, tensor.dtype, list(tensor.shape), tensor.sha256]) + b"\n" for tensor in order
    )


def tensors_sha256(lines: bytes) -> str:
    """Return the digest of the stored tensors: SHA-256 over ``dls-tensors-1``, a line feed, and their lines."""
    return sha256_hex(_HEAD + lines)


def parse_tensor_lines(lines: bytes, sha256: str, path: str) -> tuple[TensorDigest, ...]:
    """Return the tensors of a list that has to have a digest; ``path`` is only for the message.

    Raises:
        DlsError: the list has another digest or is no such list.
    """
    if tensors_sha256(lines) != sha256:
        raise DlsError(
            f"{path} is not the list of tensors with the digest {sha256}; fetch it again beside its manifest"
        )
    try:
        return tuple(msgspec.json.decode(line, type=TensorDigest) for line in lines.splitlines())
    except msgspec.MsgspecError as error:
        raise DlsError(f"{path} is no list of tensors ({error}); measure again") from error
