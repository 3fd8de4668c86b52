"""Items from a local file: public sets and what only a publisher has run through the same probes as generated items.

A file is JSON Lines, one object a line, or CSV with a line of names, with the fields that the probe's page names. Which of its lines are asked
follows from the seed alone, so that nobody picks them; the manifest holds the file's name and SHA-256, and whoever has
the file can make the items again.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

import msgspec

from dls.canonical import sha256_hex
from dls.draw import Draw
from dls.errors import DlsError
from dls.probe import Probe, Row

Item = TypeVar("Item")
LARGEST = 1 << 28  # bytes


class DataFile(NamedTuple):
    """A file's name, without its folder, its digest, and its rows in the order of the file."""

    name: str
    sha256: str
    rows: tuple[Row, ...]


def read_data(path: Path) -> DataFile:
    """Read a JSON Lines file, or a CSV file where its name ends so; each row also carries its place under the key ``line``.

    Raises:
        DlsError: the file cannot be read, is larger than 256 MiB, or a line is no JSON object, or no row of the CSV file.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST and path.is_file() else None
    except OSError as error:
        raise DlsError(f"{path} cannot be read ({error.strerror}); name a JSON Lines file") from error
    if data is None:
        raise DlsError(f"{path} is no file of at most {LARGEST >> 20} MiB; name a JSON Lines file")
    if path.suffix.lower() == ".csv":
        return DataFile(path.name, sha256_hex(data), tuple(_csv_rows(path, data)))
    rows = tuple(_row(path, number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip())
    return DataFile(path.name, sha256_hex(data), rows)


def _csv_rows(path: Path, data: bytes) -> Iterator[Row]:
    """Yield the rows of a CSV file (RFC 4180, UTF-8 with or without a mark) as texts; a row's line is its first one."""
    try:
        reader = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DlsError(f"{path}:{line}: no UTF-8 ({error.reason}); a data file is UTF-8") from error
    first = 1
    names: list[str] | None = None
    try:
        for cells in reader:
            if names is None:
                names = _names(path, cells)
            elif cells:
                yield _csv_row(path, first, names, cells)
            first = reader.line_num + 1
    except csv.Error as error:
        raise DlsError(f"{path}:{first}: no row of a CSV file ({error}); quote texts that hold quotes") from error


def _names(path: Path, cells: Sequence[str]) -> list[str]:
    if "" in cells or "line" in cells or len(set(cells)) < len(cells):
        raise DlsError(
            f"{path}:1: {', '.join(map(repr, cells))} are no names of columns; each has its own, and `line` is taken"
        )
    return list(cells)


def _csv_row(path: Path, line: int, names: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(names):
        raise DlsError(f"{path}:{line}: {len(cells)} cells for the {len(names)} columns {', '.join(names)}")
    return {**dict(zip(names, cells, strict=True)), "line": line}


def _row(path: Path, number: int, line: bytes) -> Row:
    try:
        return {**msgspec.json.decode(line, type=dict[str, Any]), "line": number}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DlsError(f"{path}:{number}: no JSON object ({error}); a data file has one object a line") from error


def only_from_file(probe: str, what: str) -> Callable[..., NoReturn]:
    """Return what stands for the generator of a probe that has none: it refuses, and says which file to give."""

    def items(seed: int, n: int, phrasings: tuple[str, ...] = ()) -> NoReturn:  # noqa: ARG001  no generator
        raise DlsError(f"{probe} has no items of its own (asked for {n}): give {what} with --data {probe}=FILE")

    return items


def sampled_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> Sequence[Row]:
    """Return ``n`` different rows in the order that the seed gives; the first ones are the same for every larger n.

    Raises:
        DlsError: there are fewer rows.
    """
    if n > len(rows):
        raise DlsError(f"{probe} was asked for {n} units, and its file has {len(rows)}; ask for fewer with --n")
    return Draw(probe, "file", seed).sample(rows, n)


def sampled_items(
    probe: str, rows: Sequence[Row], seed: int, n: int, make_item: Callable[[Row], Item], *question: str
) -> tuple[Item, ...]:
    """Return the items of ``n`` rows that the seed samples; every row is looked at.

    ``question`` names the fields that make a question; no two rows are equal in all of them.

    Raises:
        DlsError: there are fewer rows, two ask the same, or ``make_item`` refuses one.
    """
    item_at = {row["line"]: make_item(row) for row in rows}
    if question:
        refuse_duplicates(rows, *question)
    return tuple(item_at[row["line"]] for row in sampled_rows(probe, rows, seed, n))


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


def text(row: Row, name: str) -> str:
    """Return a text of a row.

    Raises:
        DlsError: it is missing, no text, or blank.
    """
    found: str = field(row, name, str)
    if not found.strip():
        raise row_error(row, f"has a blank `{name}`; leave the line out")
    return found


def row_error(row: Row, why: str) -> DlsError:
    """Return the error that says what is wrong with a row, and in which line; the file's name is added by `on_file`."""
    return DlsError(f"line {row['line']} of the data file {why}")


def refuse_duplicates(rows: Sequence[Row], *names: str) -> None:
    """Refuse rows that are the same in the fields that make a question: asked twice, it would count twice.

    Raises:
        DlsError: two rows have equal fields; the message names both lines.
    """
    seen: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        first = seen.setdefault(tuple(str(row.get(name)) for name in names), row)
        if first is not row:
            raise row_error(row, f"asks the same as line {first['line']}; leave one of them out")


def with_data_file(known: Probe, data: DataFile) -> Probe:
    """Return the probe with its items drawn from a file; what is wrong with a row is said with the file's name.

    Raises:
        DlsError: the probe takes no file.
    """
    make = known.from_rows
    if make is None:
        raise DlsError(f"{known.id} takes no data file; `dls probes` says which probes do")

    def items(seed: int, n: int, phrasings: tuple[str, ...] = ()) -> Sequence[Any]:  # noqa: ARG001  rows are as they are
        try:
            return make(data.rows, seed, n)
        except DlsError as error:
            raise DlsError(f"{data.name}: {error}") from error

    return known._replace(items=items)


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
