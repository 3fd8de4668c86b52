"""The canonical bytes of a JSON value, and digests over bytes."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rfc8785

_CHUNK = 1 << 20


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 canonical JSON of a JSON value, as UTF-8 bytes.

    Raises:
        rfc8785.CanonicalizationError: the value holds NaN, an infinity or an integer beyond 2^53 − 1.
    """
    return rfc8785.dumps(value)


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 lower-case hexadecimal digits, reading 1 MiB at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def listing_sha256(digests: Mapping[str, str]) -> str:
    """Return the digest of some files from their digests by name.

    It is the SHA-256 over the sorted lines ``<sha256>  <file name>``, each with a line feed at its end.
    """
    return sha256_hex("".join(sorted(f"{digest}  {name}\n" for name, digest in digests.items())).encode())
