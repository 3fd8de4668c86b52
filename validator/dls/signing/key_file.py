"""A file of keys that a reader trusts: PEM blocks, each below the name of the party that the reader gives it to.

A line that is not understood may be a name that was mistyped, and a key without its name would let its owner pass as
another party. So such a file is refused.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from dls.document.reader import MAX_BYTES, contents
from dls.errors import DlsError
from dls.finding import visible

_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,64})-----")
_PARTY = re.compile(r"party[ \t]*:", re.IGNORECASE)


class KeyEntry(NamedTuple):
    """A key of a file: its PEM block, the line on which it begins, and its party; None where no line names one."""

    pem: bytes
    line: int
    party: str | None


def read_key_file(path: Path) -> list[KeyEntry]:
    """Read the keys of a file, each with the name in the line `Party: NAME` between it and the key before.

    Raises:
        DlsError: the file cannot be read or is no text in UTF-8; a private key lies in it; a block has no end; or a
            line between the keys is neither empty nor `Party: NAME` nor a comment.
    """
    data = contents(path)
    if len(data) > MAX_BYTES:
        raise DlsError(f"{path} is larger than {MAX_BYTES >> 20} MiB; name a file of public keys")
    try:
        lines = enumerate((text.strip() for text in data.decode("utf-8-sig").splitlines()), 1)
    except UnicodeDecodeError:
        raise DlsError(f"{path} is no text in UTF-8; save it as UTF-8") from None
    entries: list[KeyEntry] = []
    party: tuple[int, str] | None = None  # that waits for its key, with its line
    for number, text in lines:
        if begin := _BEGIN.fullmatch(text):
            entries.append(KeyEntry(_block(path, number, begin[1], lines), number, party[1] if party else None))
            party = None
        elif text and not text.startswith("#"):
            if party is not None:
                _refuse(path, number, "a key follows its name", text)
            party = number, _party(path, number, text)
    if party is not None:
        _refuse(path, party[0], "a key follows its name", party[1])
    return entries


def _block(path: Path, number: int, label: str, lines: Iterator[tuple[int, str]]) -> bytes:
    """Return the PEM block whose first line was read, from the lines that follow."""
    if "PRIVATE" in label:
        raise DlsError(f"{path} holds a private key; name a file or folder of public keys alone")
    end = f"-----END {label}-----"
    block = [f"-----BEGIN {label}-----"]
    for _, text in lines:
        block.append(text)
        if text == end:
            return "\n".join(block).encode() + b"\n"
    raise DlsError(f"{path}:{number}: the key that begins here has no line '{end}'; copy it whole")


def _party(path: Path, number: int, text: str) -> str:
    match = _PARTY.match(text)
    name = text[match.end() :].strip() if match else ""
    if not name or visible(name) != name:
        _refuse(path, number, "a line outside of a key is 'Party: NAME', or a comment after '#'", text)
    return name


def _refuse(path: Path, number: int, form: str, text: str) -> NoReturn:
    excerpt = visible(text[:60])
    raise DlsError(f"{path}:{number}: found '{excerpt}', and {form}; correct the line or remove it")
