"""Read the files of strangers' logs in bounded memory, and fail in a sentence."""

import hashlib
import math
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from dls.errors import DlsError
from dls.importing.task_log import LogFile

MOST_BYTES = 64 << 20
"""The largest JSON file that is read whole."""
LONGEST_LINE = 16 << 20
MOST_LINES = 1_000_000

_Value = TypeVar("_Value")
_OBJECT = msgspec.json.Decoder(dict[str, Any])


def read_json(path: Path) -> tuple[dict[str, Any], LogFile]:
    """Return the object of a JSON file, with the file's digest.

    Raises:
        DlsError: it is no regular file of at most 64 MiB, or no JSON object without NaN.
    """
    expect_regular(path)
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise DlsError(f"{path} is larger than {MOST_BYTES >> 20} MiB, so it holds more than results; it is not read")
    value = decode_object(data, str(path))
    return value, LogFile(path, hashlib.sha256(data).hexdigest(), len(data))


def decode_object(data: bytes, place: str) -> dict[str, Any]:
    """Return the JSON object of bytes.

    Raises:
        DlsError: as `decode_as`.
    """
    return decode_as(_OBJECT, data, place)


def decode_as(decoder: msgspec.json.Decoder[_Value], data: bytes, place: str) -> _Value:
    """Return the value of a JSON text.

    Raises:
        DlsError: it is no JSON of the decoder's type, nests too deeply, or holds NaN or an infinity.
    """
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        raise DlsError(f"{place} has another form than a log of a harness: {error}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        hint = "it holds NaN" if b"NaN" in data else str(error)
        raise DlsError(f"{place} cannot be read as JSON ({hint}); write the log again") from None


class LineFile:
    """A file of JSON lines, read once and line by line, with its digest at the end."""

    def __init__(self, path: Path) -> None:
        expect_regular(path)
        self.path, self._digest, self._bytes = path, hashlib.sha256(), 0

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield number and object of each line.

        Raises:
            DlsError: as `lines`, or a line is no JSON object.
        """
        return ((number, decode_object(line, f"{self.path}:{number}")) for number, line in self.lines())

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield number and bytes of each line that is not blank.

        Raises:
            DlsError: a line is longer than 16 MiB, or there are more than a million lines.
        """
        with self.path.open("rb") as file:
            for number in range(1, MOST_LINES + 2):
                if not (line := file.readline(LONGEST_LINE + 1)):
                    return
                if len(line) > LONGEST_LINE or number > MOST_LINES:
                    raise DlsError(f"{self.path}:{number}: the file is too large to be a log; it is not read")
                self._digest.update(line)
                self._bytes += len(line)
                if line.strip():
                    yield number, line

    def entry(self) -> LogFile:
        """Return name, digest and size; all rows have to be read before."""
        return LogFile(self.path, self._digest.hexdigest(), self._bytes)


def finite_number(value: Any) -> float | None:
    """Return a number or a truth value as a float; None where it is neither, or not finite. A text is no number."""
    return None if isinstance(value, str) else finite_numeral(value)


def finite_numeral(value: Any) -> float | None:
    """Return a number, a truth value or a numeral as a float; None where it is none of these, or not finite."""
    if not isinstance(value, (str, int, float)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def map_member(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a member that is a map, an empty one where it is none."""
    member = value.get(name)
    return member if isinstance(member, dict) else {}


def short_text(value: Any) -> str | None:
    """Return the first 300 characters of a text; None where it is none or empty."""
    return value[:300] if isinstance(value, str) and value else None


def day_of_seconds(value: Any) -> str | None:
    """Return the day (ISO 8601) of seconds since 1970; None where it is no such number."""
    seconds = finite_numeral(value)
    if seconds is None or not 0 < seconds < 1 << 34:
        return None
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def expect_regular(path: Path) -> None:
    """Refuse a path that is no regular file.

    Raises:
        DlsError: it is none.
    """
    try:
        is_regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        raise DlsError(f"{path} cannot be opened: {error.strerror}") from None
    if not is_regular:
        raise DlsError(f"{path} is no regular file; name a log")
