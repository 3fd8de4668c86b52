"""Read a table of scores: one row an item as CSV or JSON lines, with a column of ids."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dls.errors import DlsError
from dls.importing.average_log import RunLogs
from dls.importing.bounded_files import MOST_LINES, LineFile, expect_regular, finite_numeral
from dls.importing.mapping_table import Direction
from dls.importing.pairing import NO_ANSWER
from dls.importing.task_log import LogFile, TaskLog
from dls.logs.log_record import LogRecord
from dls.model import On

HARNESS = "table"
_ID = "id"
_MOST_BYTES = 512 << 20
_MOST_CELLS = 5_000_000


class TableOptions(NamedTuple):
    """The facts that a table of scores does not hold.

    Attributes:
        on: the data set. of: the items of its whole split, None where you do not know.
        lower: the columns of which lower values are better.

    """

    on: On
    of: int | None
    lower: frozenset[str]


def read_table(path: Path, options: TableOptions) -> RunLogs:
    """Return the scores of a table.

    An empty cell is a missing answer. Columns of texts are left out.

    Raises:
        DlsError: there is no column `id`, an id is there twice, or a score is no finite number.
    """
    expect_regular(path)
    rows, file = _csv_rows(path) if path.suffix.lower() == ".csv" else _json_rows(path)
    if not rows:
        raise DlsError(f"{path} holds no rows; wanted one a line, with a column `{_ID}`")
    columns = sorted({name for row in rows.values() for name in row} - {_ID})
    names = [name for name in columns if _is_score(path, name, rows)]
    if not names:
        raise DlsError(f"{path} has no column of numbers beside `{_ID}`")
    directions: dict[str, Direction] = {name: "lower" if name in options.lower else "higher" for name in names}
    log = TaskLog(
        harness=HARNESS,
        version=None,
        task=options.on.dataset,
        filter=None,
        on=options.on,
        of=options.of,
        asked=len(rows),
        model=None,
        started=None,
        settings={"columns": names},
        names=names,
        directions=directions,
        choices=False,
        records={name: _record(name, row, names) for name, row in rows.items()},
        files=[file],
        inputs={},
    )
    return RunLogs([log])


def _json_rows(path: Path) -> tuple[dict[str, Mapping[str, Any]], LogFile]:
    _expect_size(path)
    file = LineFile(path)
    rows = _by_id(path, file.rows())
    return rows, file.entry()


def _csv_rows(path: Path) -> tuple[dict[str, Mapping[str, Any]], LogFile]:
    _expect_size(path)
    data = path.read_bytes()
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = _by_id(path, enumerate(reader, 2))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DlsError(f"{path} cannot be read as CSV in UTF-8 ({error})") from None
    return rows, LogFile(path, hashlib.sha256(data).hexdigest(), len(data))


def _expect_size(path: Path) -> None:
    if path.stat().st_size > _MOST_BYTES:
        raise DlsError(f"{path} is larger than {_MOST_BYTES >> 20} MiB; it is not read")


def _by_id(path: Path, entries: Iterator[tuple[int, Any]]) -> dict[str, Mapping[str, Any]]:
    rows: dict[str, Mapping[str, Any]] = {}
    cells = 0
    for number, row in entries:
        cells += len(row)
        name = row.get(_ID)
        if None in row or (None in row.values() and path.suffix.lower() == ".csv"):
            raise DlsError(f"{path}:{number}: the row has more or fewer cells than the head of the table")
        if not isinstance(name, str | int) or name == "":
            raise DlsError(f"{path}:{number}: the row has no `{_ID}`")
        if str(name) in rows:
            raise DlsError(f"{path}:{number}: the item {str(name)[:60]!r} is there twice")
        if len(rows) >= MOST_LINES or cells > _MOST_CELLS:
            raise DlsError(f"{path}:{number}: the table has more than {_MOST_CELLS} cells or {MOST_LINES} rows")
        rows[str(name)] = row
    return rows


def _is_score(path: Path, name: str, rows: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a column holds numbers; a column with a number and a text is refused."""
    values = {key: row.get(name) for key, row in rows.items()}
    present = {key: value for key, value in values.items() if value not in (None, "")}
    numeric = sum(finite_numeral(value) is not None for value in present.values())
    if numeric not in (0, len(present)):
        item = next(key for key, value in present.items() if finite_numeral(value) is None)
        raise DlsError(f"{path}: {name} of item {item[:60]!r} is {str(present[item])[:40]!r}; wanted a finite number")
    return numeric > 0


def _record(name: str, row: Mapping[str, Any], names: Sequence[str]) -> LogRecord:
    scores = [finite_numeral(row.get(column)) for column in names]
    if None in scores:
        return LogRecord(name, error=NO_ANSWER)
    return LogRecord(name, scores=tuple(score for score in scores if score is not None))
