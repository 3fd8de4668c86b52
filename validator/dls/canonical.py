"""The canonical bytes of a JSON value, and digests over bytes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rfc8785

try:  # start-up: the interpreter's own SHA-256 loads in no time, OpenSSL's in 8 ms; short texts take both as long
    from _sha2 import sha256  # type: ignore[import-not-found]
except ImportError:  # Python 3.11
    from _sha256 import sha256  # type: ignore[import-not-found]

_CHUNK = 1 << 16


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 canonical JSON of a JSON value, as UTF-8 bytes.

    Raises:
        rfc8785.CanonicalizationError: the value holds NaN, an infinity or an integer beyond 2^53 − 1.
    """
    return rfc8785.dumps(value)


def sha256_bytes(data: bytes) -> bytes:
    """Return the SHA-256 of bytes, 32 bytes."""
    digest: bytes = sha256(data).digest()
    return digest


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 lower-case hexadecimal digits."""
    return sha256_bytes(data).hex()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 lower-case hexadecimal digits, reading 64 KiB at a time."""
    with path.open("rb") as file:
        chunk = file.read(_CHUNK)
        if len(chunk) < _CHUNK:
            return sha256_hex(chunk)
        import hashlib  # start-up: OpenSSL, which is faster on long files

        digest = hashlib.sha256(chunk)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def listing_sha256(digests: Mapping[str, str]) -> str:
    """Return the digest of some files from their digests by name.

    It is the SHA-256 over the sorted lines ``<sha256>  <file name>``, each with a line feed at its end.
    """
    return sha256_hex("".join(sorted(f"{digest}  {name}\n" for name, digest in digests.items())).encode())
