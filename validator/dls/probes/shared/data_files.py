"""Items from a local file: public sets and private rows go through the same probes as generated items.

A file is JSON Lines, one object a line, or CSV with a line of names. Its fields are those that the probe's page
names. The seed alone decides which lines are asked. The manifest holds the file's name and SHA-256, and you can make
the items again from the same file.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec

from dls.canonical import sha256_hex
from dls.draw import Draw
from dls.errors import DlsError
from dls.probe import Probe, Row

Item = TypeVar("Item")
LARGEST = 1 << 28  # bytes


class DataFile(msgspec.Struct, frozen=True):
    """A file's name, without its folder, its digest, and its rows in the order of the file."""

    name: str
    sha256: str
    rows: tuple[Row, ...]


def read_data(path: Path) -> DataFile:
    """Read a CSV file (``.csv``), otherwise a JSON Lines file; each row has its line under the key ``line``.

    Raises:
        DlsError: the file cannot be read or is larger than 256 MiB, or a line is no JSON object or no row of a CSV
        file.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST and path.is_file() else None
    except OSError as error:
        raise DlsError(f"{path} cannot be read ({error.strerror}); name a JSON Lines file") from error
    if data is None:
        raise DlsError(f"{path} is no file of at most {LARGEST >> 20} MiB; name a JSON Lines file")
    if path.suffix.lower() == ".csv":
        from dls.probes.shared.csv_file import csv_rows  # start-up: a check reads no data file

        return DataFile(path.name, sha256_hex(data), tuple(csv_rows(path, data)))
    rows = tuple(_row(path, number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip())
    return DataFile(path.name, sha256_hex(data), rows)


def _row(path: Path, number: int, line: bytes) -> Row:
    try:
        return {**msgspec.json.decode(line, type=dict[str, Any]), "line": number}
    except UnicodeDecodeError as error:
        raise DlsError(f"{path}:{number}: no UTF-8 ({error.reason}); a data file is UTF-8") from error
    except RecursionError as error:
        raise DlsError(f"{path}:{number}: values within values, too deep to read; flatten them") from error
    except msgspec.MsgspecError as error:
        raise DlsError(f"{path}:{number}: no JSON object ({error}); a data file has one object a line") from error


def only_from_file(probe: str, content: str, or_else: str = "") -> Callable[..., NoReturn]:
    """Return the generator of a probe without generated items: it refuses, and names the file to give."""
    advice = f"give {content} with --data {probe}=FILE" + (f", or {or_else}" if or_else else "")

    def items(seed: int, n: int, phrasings: tuple[str, ...] = ()) -> NoReturn:  # noqa: ARG001  no generator
        raise DlsError(f"{probe} has no items of its own (asked for {n}): {advice}")

    return items


def sampled_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> Sequence[Row]:
    """Return ``n`` different rows in the order that the seed gives; a larger ``n`` only adds rows at the end.

    Raises:
        DlsError: there are fewer rows.
    """
    if not rows:
        raise DlsError(f"the file for {probe} has no rows; give one that has some")
    if n > len(rows):
        raise DlsError(
            f"{probe} was asked for {n} units, and its file has {len(rows)} different ones; ask for fewer with --n"
        )
    return Draw(probe, "file", seed).sample(rows, n)


def sampled_items(
    probe: str, rows: Sequence[Row], seed: int, n: int, make_item: Callable[[Row], Item], *question: str
) -> tuple[Item, ...]:
    """Return the items of ``n`` rows that the seed samples; the form of each row of the file is checked.

    ``question`` names the fields that make a question: rows that are equal in all of them count once.

    Raises:
        DlsError: there are fewer different rows, or ``make_item`` refuses one.
    """
    item_at = {row["line"]: make_item(row) for row in rows}
    candidates = distinct_rows(rows, *question) if question else rows
    return tuple(item_at[row["line"]] for row in sampled_rows(probe, candidates, seed, n))


def unit_count(probe: Probe, data: DataFile) -> int:
    """Return the number of independent units that a data file gives a probe.

    Raises:
        DlsError: a row is not of the probe's form, or the file gives not one unit.
    """
    make = with_data_file(probe, data).items
    make(0, 1)
    enough, beyond = 1, len(data.rows) + 1
    while beyond - enough > 1:
        middle = (enough + beyond) // 2
        try:
            make(0, middle)
        except DlsError:
            beyond = middle
        else:
            enough = middle
    return enough


def field(row: Row, name: str, kind: Any) -> Any:
    """Return a field of a row.

    Raises:
        DlsError: it is missing or of another type; the message names the line.
    """
    try:
        return msgspec.convert(row.get(name, msgspec.UNSET), kind)
    except msgspec.ValidationError as error:
        content = f"has {row[name]!r}" if name in row else "has nothing"
        raise row_error(row, f"{content} as `{name}`: {error}") from error


def text(row: Row, name: str) -> str:
    """Return a text of a row.

    Raises:
        DlsError: it is missing, no text, or blank.
    """
    value: str = field(row, name, str)
    if not value.strip():
        raise row_error(row, f"has a blank `{name}`; leave the line out")
    return value


def row_error(row: Row, problem: str) -> DlsError:
    """Return the error that names a row's line and its problem; `with_data_file` adds the file's name."""
    return DlsError(f"line {row['line']} of the data file {problem}")


def distinct_rows(rows: Sequence[Row], *names: str) -> Sequence[Row]:
    """Return the first row of each question: a published split repeats some, and asked twice they would count twice.

    Args:
        rows: in the order of the file.
        names: the fields that make a question.
    """
    rows_by_question: dict[tuple[str, ...], Row] = {}
    for row in rows:
        rows_by_question.setdefault(_question(row, names), row)
    return tuple(rows_by_question.values())


def refuse_duplicates(rows: Sequence[Row], *names: str) -> None:
    """Refuse rows of pairs that are the same in the fields that make a question.

    Raises:
        DlsError: two rows have equal fields; the message names both lines.
    """
    rows_by_question: dict[tuple[str, ...], Row] = {}
    for row in rows:
        first = rows_by_question.setdefault(_question(row, names), row)
        if first is not row:
            raise row_error(row, f"asks the same as line {first['line']}; leave one of them out")


def _question(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in names)


def expect_units(probe: Probe, data: DataFile, units: int) -> None:
    """Check that a data file gives a probe at least so many independent units.

    Raises:
        DlsError: it gives fewer, or a row is not of the probe's form.
    """
    try:
        with_data_file(probe, data).items(0, units)
    except DlsError as error:
        raise DlsError(f"the profile says that {data.name} gives {probe.id} at least {units} units: {error}") from error


def with_data_file(probe: Probe, data: DataFile) -> Probe:
    """Return the probe with its items from a file; an error about a row then begins with the file's name.

    Raises:
        DlsError: the probe takes no file.
    """
    make = probe.from_rows
    if make is None:
        raise DlsError(f"{probe.id} takes no data file; `dls probes` says which probes do")

    def items(seed: int, n: int, phrasings: tuple[str, ...] = ()) -> Sequence[Any]:  # noqa: ARG001  rows have one form
        try:
            return make(data.rows, seed, n)
        except DlsError as error:
            raise DlsError(f"{data.name}: {error}") from error

    return probe._replace(items=items)


def read_assignments(arguments: Sequence[str]) -> Mapping[str, DataFile]:
    """Read the data files that a command line names as PROBE=FILE, by probe.

    Raises:
        DlsError: an argument is not of that form, names a probe twice, or its file cannot be read.
    """
    return read_files(assignments(arguments))


def assignments(arguments: Sequence[str]) -> Mapping[str, Path]:
    """Return the paths of the data files that a command line names as PROBE=FILE, by probe.

    Raises:
        DlsError: an argument is not of that form, or names a probe twice.
    """
    paths: dict[str, Path] = {}
    for argument in arguments:
        name, sign, path = argument.partition("=")
        if not sign or not path or name in paths:
            raise DlsError(f"--data {argument}: give each probe one file, as PROBE=FILE")
        paths[name] = Path(path)
    return paths


def read_files(paths: Mapping[str, str | Path]) -> Mapping[str, DataFile]:
    """Read data files, by probe.

    Raises:
        DlsError: a file cannot be read.
    """
    return {probe: read_data(Path(path)) for probe, path in paths.items()}
