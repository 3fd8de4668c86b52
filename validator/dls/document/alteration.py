"""How a file came to differ from its digest, where its bytes show it."""

from pathlib import Path

from dls.canonical import sha256_hex

_POINTER = b"version https://git-lfs.github.com/spec/"
_MOST_BYTES = 16 << 20  # of a file that is read again for a hint


def is_lfs_pointer(data: bytes) -> bool:
    """Whether bytes are a pointer of Git LFS in the place of a file."""
    return data.startswith(_POINTER)


def alteration_hint(path: Path, sha256: str) -> str:
    """Return how a file came to differ from the digest that a document names, and how to mend it.

    Returns:
        The end of a sentence; "" where the bytes do not show it.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError:
        return ""
    if is_lfs_pointer(data):
        return "; it is a pointer of Git LFS, not the file: run `git lfs pull`"
    if b"\r\n" in data and sha256_hex(data.replace(b"\r\n", b"\n")) == sha256:
        return (
            "; with LF at the ends of its lines it would fit, and a tool wrote CR LF: "
            "add the line `* -text` to .gitattributes and check the file out again"
        )
    return ""
