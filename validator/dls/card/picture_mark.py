"""The statement that a picture was made from: its `core_sha256`, as metadata of the SVG or PNG (`spec/1.0/showing.md`).

A picture of another origin holds no such mark, and nothing is known of it.
"""

import re
import struct
import zlib
from pathlib import Path

KEYWORD = "dls-core-sha256"
_MARK = re.compile(rb"dls-core-sha256[:\0]([0-9a-f]{64})")
_MOST_BYTES = 1 << 16  # of a picture that is read; the mark stands near its start
_HEADER = 33  # bytes of a PNG: its signature, and the chunk IHDR that comes first


def svg_mark(core_sha256: str) -> str:
    """Return the element of an SVG that names the statement."""
    return f"<metadata>{KEYWORD}:{core_sha256}</metadata>"


def png_with_mark(data: bytes, core_sha256: str) -> bytes:
    """Return a PNG with a text chunk that names the statement. Source: the PNG specification, 11.3.3.2 `tEXt`."""
    body = b"tEXt" + f"{KEYWORD}\0{core_sha256}".encode("ascii")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:_HEADER] + chunk + data[_HEADER:]


def statement_of_picture(path: Path) -> str | None:
    """Return the `core_sha256` that a picture holds; None where it holds none, or cannot be read."""
    try:
        with path.open("rb") as file:
            mark = _MARK.search(file.read(_MOST_BYTES))
    except OSError:
        return None
    return mark[1].decode() if mark else None
