"""Read an `.eval` archive of Inspect: a ZIP file whose members are deflated or compressed with Zstandard."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from dls.errors import DlsError
from dls.importing.bounded_files import MOST_BYTES, MOST_LINES, decode_object

_ZSTANDARD = 93
_LOCAL_HEADER = 30  # bytes before the member's name
_ENCRYPTION = 1
_MOST_DIRECTORY = 32 << 20  # bytes of the list of members: some 300,000 samples
_TAIL = (1 << 16) + 128  # bytes that hold the last records, with the longest comment
_IN_NEXT_RECORD = (1 << 32) - 1


class EvalArchive:
    """The members of an archive; nothing is unpacked to the disk, so a member's name leads nowhere."""

    def __init__(self, path: Path) -> None:
        """Open an archive.

        Raises:
            DlsError: the file is no ZIP archive, is cut off, or holds two members of one name or too many.
        """
        self._path = path
        _expect_small_directory(path)
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DlsError(f"{path} cannot be read as an archive of Inspect ({error}); copy it again") from None
        members = self._archive.infolist()
        self._members = {member.filename: member for member in members}
        if len(self._members) < len(members) or len(members) > MOST_LINES:
            raise DlsError(f"{path} holds two members of one name, or too many; it is not read")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._archive.close()

    def member(self, name: str) -> dict[str, Any]:
        """Return the JSON object of a member.

        Raises:
            DlsError: there is no such member, it unpacks to more than 64 MiB, is damaged, or is no JSON object.
        """
        if name not in self._members:
            raise DlsError(f"{self._path} has no {name}; the run was killed before it wrote one")
        return decode_object(self._data(self._members[name]), f"{self._path}!{name}")

    def samples(self) -> Iterator[dict[str, Any]]:
        """Yield the samples, in the order of the archive."""
        names = (name for name in self._members if name.startswith("samples/") and name.endswith(".json"))
        return map(self.member, names)

    def _data(self, member: zipfile.ZipInfo) -> bytes:
        place = f"{self._path}!{member.filename}"
        if max(member.file_size, member.compress_size) > MOST_BYTES or member.flag_bits & _ENCRYPTION:
            raise DlsError(f"{place} is encrypted, or unpacks to more than {MOST_BYTES >> 20} MiB; it is not read")
        try:
            data = self._unpacked(member)
        except DlsError:
            raise
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError) as error:
            raise DlsError(f"{place} is damaged ({error}); copy the log again") from None
        if len(data) > MOST_BYTES or zlib.crc32(data) != member.CRC:
            raise DlsError(f"{place} is damaged, or unpacks to more than it says; it is not read")
        return data

    def _unpacked(self, member: zipfile.ZipInfo) -> bytes:
        """Return at most a byte more than a member may have."""
        if member.compress_type == _ZSTANDARD:
            return _zstandard(self._packed(member), str(self._path))
        with self._archive.open(member) as file:
            return file.read(MOST_BYTES + 1)

    def _packed(self, member: zipfile.ZipInfo) -> bytes:
        """Return a member's bytes as they lie in the archive; the standard library opens no Zstandard yet."""
        with self._path.open("rb") as file:
            file.seek(member.header_offset)
            header = file.read(_LOCAL_HEADER)
            if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
                raise zipfile.BadZipFile("a member has no header")
            file.seek(sum(int.from_bytes(header[at : at + 2], "little") for at in (26, 28)), 1)
            return file.read(member.compress_size)


def _expect_small_directory(path: Path) -> None:
    """Refuse an archive whose list of members is longer than any log's; the standard library reads it whole.

    The list's size stands in the last record of the file, and of a large archive in the record before it.
    """
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _TAIL, 0))
        tail = file.read(_TAIL)
    size = _number(tail, b"PK\x05\x06", slice(12, 16))
    if size == _IN_NEXT_RECORD:
        size = _number(tail, b"PK\x06\x06", slice(40, 48)) or size
    if size > _MOST_DIRECTORY:
        raise DlsError(f"{path} holds more members than a log has; it is not read")


def _number(tail: bytes, sign: bytes, place: slice) -> int:
    """Return a number of the last record with a sign; 0 without one."""
    at = tail.rfind(sign)
    return int.from_bytes(tail[at:][place], "little") if at >= 0 else 0


def _zstandard(data: bytes, path: str) -> bytes:
    try:
        import zstandard  # start-up: an extra, for logs of 2026 and later
    except ModuleNotFoundError:
        raise DlsError(
            f"{path} is compressed with Zstandard; pip install 'distillation-loss-statement[import]'"
        ) from None
    try:
        with zstandard.ZstdDecompressor(max_window_size=MOST_BYTES).stream_reader(data) as reader:
            return bytes(reader.read(MOST_BYTES + 1))
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
