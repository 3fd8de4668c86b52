"""Items from a local file: public sets and what only a publisher has run through the same probes as generated items.

A file is JSON Lines: one object a line, with the fields that the probe's page names. Which of its lines are asked
follows from the seed alone, so that nobody picks them; the manifest holds the file's name and SHA-256, and whoever has
the file can make the items again.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dls.canonical import sha256_hex
from dls.draw import Draw
from dls.errors import DlsError
from dls.probe import Probe, Row

LARGEST = 1 << 28  # bytes


class DataFile(NamedTuple):
    """A file's name, without its folder, its digest, and its rows in the order of the file."""

    name: str
    sha256: str
    rows: tuple[Row, ...]


def read_data(path: Path) -> DataFile:
    """Read a JSON Lines file; each row also carries its place under the key ``line``.

    Raises:
        DlsError: the file cannot be read, is larger than 256 MiB, or a line is no JSON object.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST and path.is_file() else None
    except OSError as error:
        raise DlsError(f"{path} cannot be read ({error.strerror}); name a JSON Lines file") from error
    if data is None:
        raise DlsError(f"{path} is no file of at most {LARGEST >> 20} MiB; name a JSON Lines file")
    rows = tuple(_row(path, number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip())
    return DataFile(path.name, sha256_hex(data), rows)


def _row(path: Path, number: int, line: bytes) -> Row:
    try:
        return {**msgspec.json.decode(line, type=dict[str, Any]), "line": number}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DlsError(f"{path}:{number}: no JSON object ({error}); a data file has one object a line") from error


def drawn(probe: str, rows: Sequence[Row], seed: int, n: int) -> Sequence[Row]:
    """Return ``n`` different rows in the order that the seed gives; the first ones are the same for every larger n.

    Raises:
        DlsError: there are fewer rows.
    """
    if n > len(rows):
        raise DlsError(f"{probe} was asked for {n} units, and its file has {len(rows)}; ask for fewer with --n")
    return Draw(probe, "file", seed).sample(rows, n)


def field(row: Row, name: str, kind: Any) -> Any:
    """Return a field of a row.

    Raises:
        DlsError: it is missing or of another type; the message names the line.
    """
    try:
        return msgspec.convert(row.get(name, msgspec.UNSET), kind)
    except msgspec.ValidationError as error:
        found = f"has {row[name]!r}" if name in row else "has nothing"
        raise DlsError(f"line {row['line']} of the data file {found} as `{name}`: {error}") from error


def on_file(known: Probe, data: DataFile) -> Probe:
    """Return the probe with its items drawn from a file.

    Raises:
        DlsError: the probe takes no file.
    """
    make = known.from_rows
    if make is None:
        raise DlsError(f"{known.id} takes no data file; `dls probes` says which probes do")
    return known._replace(items=lambda seed, n, _phrasings=None: make(data.rows, seed, n))


def read_assignments(given: Sequence[str]) -> Mapping[str, DataFile]:
    """Read what a command line gives as PROBE=FILE, by probe.

    Raises:
        DlsError: one is not of that form, names a probe twice, or its file cannot be read.
    """
    found: dict[str, DataFile] = {}
    for text in given:
        name, sign, path = text.partition("=")
        if not sign or not path or name in found:
            raise DlsError(f"--data {text}: give each probe one file, as PROBE=FILE")
        found[name] = read_data(Path(path))
    return found
