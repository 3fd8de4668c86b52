"""The scratch ledger of finished packs: whatever was finished before a kill is not computed again.

One line a pack: 16 hexadecimal digits of the SHA-256 of the rest of the line, a space, JSON. A torn or damaged line is
forgotten, and its pack runs again.
"""

import os
import shutil
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from dls.canonical import sha256_hex
from dls.errors import DlsError

_DIGITS = 16
_RESERVE = 32 << 20  # bytes that stay free, so that the evidence itself can still be written
_SYNC_EVERY = 1.0  # seconds; a kill loses nothing in between, a power failure at most that


class Ledger:
    """Finished packs in one file, locked for one run.

    Args:
        path: the file; its folder is made where it is missing.
        resume: go on with what the file holds; otherwise a file with finished packs is refused.

    Raises:
        DlsError: another run holds the file, it already holds finished packs, or the disk is full.

    """

    def __init__(self, path: Path, *, resume: bool = False) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = path.open("a+b")
        self._lock()
        self._finished = self._read()
        self._synced = time.monotonic()
        if self._finished and not resume:
            self._file.close()
            raise DlsError(
                f"{path} holds {len(self._finished)} finished packs of an earlier run; add --resume to go on with it, or choose another folder"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._finished)

    def answers(self, pack: str) -> Any | None:
        """Return the answers of a finished pack as JSON values, or None."""
        return self._finished.get(pack)

    def put(self, pack: str, answers: Any) -> Any:
        """Store a finished pack and return its answers as a reader of the file sees them.

        Raises:
            DlsError: the disk is full or failing; what was stored before is kept.

        """
        body = msgspec.json.encode([pack, answers])
        self._append(sha256_hex(body)[:_DIGITS].encode() + b" " + body + b"\n")
        self._finished[pack] = msgspec.json.decode(body)[1]
        return self._finished[pack]

    def close(self) -> None:
        """Write everything to the disk and let go of the lock."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()

    def remove(self) -> None:
        """Close and delete the file: the evidence is written and the scratch is not needed."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _append(self, line: bytes) -> None:
        free = shutil.disk_usage(self.path.parent).free
        if free < len(line) + _RESERVE:
            raise DlsError(
                f"{self.path.parent} has only {free >> 20} MiB left; make room and go on with --resume, nothing is lost"
            )
        end = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(line)
            self._file.flush()
            if time.monotonic() - self._synced > _SYNC_EVERY:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()
        except OSError as error:
            os.truncate(self.path, end)
            raise DlsError(
                f"{self.path} cannot be written ({error.strerror}); make room and go on with --resume, nothing is lost"
            ) from error

    def _read(self) -> dict[str, Any]:
        """Return the packs of all whole lines, and cut off a torn last one."""
        self._file.seek(0)
        finished: dict[str, Any] = {}
        whole = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            digest, _, body = line[:-1].partition(b" ")
            if digest == sha256_hex(body)[:_DIGITS].encode():
                pack, answers = msgspec.json.decode(body)
                finished[pack] = answers
        self._file.truncate(whole)
        return finished

    def _lock(self) -> None:
        try:
            _lock_file(self._file)
        except OSError as error:
            self._file.close()
            raise DlsError(
                f"another run is writing to {self.path}; wait for it, stop it, or choose another folder"
            ) from error


def _lock_file(file: IO[bytes]) -> None:
    """Lock the file for this process; the system lets go of the lock when the process ends, however it ends."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
