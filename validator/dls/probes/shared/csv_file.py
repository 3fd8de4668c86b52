"""The rows of a CSV data file: RFC 4180, UTF-8 with or without a byte-order mark, the columns' names in line 1."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from dls.errors import DlsError
from dls.probe import Row


def csv_rows(path: Path, data: bytes) -> Iterator[Row]:
    """Yield the rows of a file as texts; a row's ``line`` is the number of its first line.

    Raises:
        DlsError: a line is not UTF-8 or no row, or the names of columns are not usable.
    """
    try:
        reader = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DlsError(f"{path}:{line}: no UTF-8 ({error.reason}); a data file is UTF-8") from error
    start = 1
    names: list[str] | None = None
    try:
        for cells in reader:
            if names is None:
                names = _names(path, cells)
            elif cells:
                yield _row(path, start, names, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DlsError(f"{path}:{start}: no row of a CSV file ({error}); quote texts that hold quotes") from error


def _names(path: Path, cells: Sequence[str]) -> list[str]:
    if "" in cells or "line" in cells or len(set(cells)) < len(cells):
        raise DlsError(
            f"{path}:1: {', '.join(map(repr, cells))} are no names of columns; "
            "give each column its own name, and none the name `line`"
        )
    return list(cells)


def _row(path: Path, line: int, names: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(names):
        raise DlsError(
            f"{path}:{line}: {len(cells)} cells for the {len(names)} columns {', '.join(names)}; wanted one for each"
        )
    return {**dict(zip(names, cells, strict=True)), "line": line}
