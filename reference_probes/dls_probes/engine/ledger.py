"""The scratch ledger of finished packs: whatever was finished before a kill is not computed again.

One line a pack: 16 hexadecimal digits of the SHA-256 of the rest of the line, a space, JSON. A torn or damaged line is
forgotten, and its pack runs again. A line before the packs says by which engine and under which settings they were computed.
"""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from dls.canonical import sha256_hex
from dls.errors import DlsError

_BEGUN = "begun"  # no pack's name
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
        self._finished: dict[str, Any] = {}
        self._events: dict[str, list[str]] = {}
        self._begun: set[tuple[str, ...]] = set()
        self._read()
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

    def begin(self, engine: str, settings: str) -> str | None:
        """Write down what computes the packs to come; return in a sentence why none of the finished ones is used.

        Args:
            engine: the version of the engine.
            settings: everything else that names a pack beside its content.

        Returns:
            None where there are none, or where some were computed so.
        """
        now = (engine, sha256_hex(settings.encode()))
        if now in self._begun:
            return None
        engines = sorted({other for other, _ in self._begun}) or ["unknown"]
        self._store([_BEGUN, now])
        self._begun.add(now)
        if not self._finished:
            return None
        why = (
            "under other settings"
            if engine in engines
            else f"by engine {', '.join(engines)}, and this is engine {engine}"
        )
        return f"{len(self._finished)} finished packs of an earlier run are not used: they were computed {why}"

    def answers(self, pack: str) -> Any | None:
        """Return the answers of a finished pack as JSON values, or None."""
        return self._finished.get(pack)

    def events(self, pack: str) -> list[str]:
        """Return what happened while a finished pack ran."""
        return self._events.get(pack, [])

    def put(self, pack: str, answers: Any, events: Sequence[str] = ()) -> Any:
        """Store a finished pack with what happened while it ran; return its answers as a reader of the file sees them.

        Raises:
            DlsError: the disk is full or failing; what was stored before is kept.

        """
        body = self._store([pack, answers, events] if events else [pack, answers])
        self._take(*msgspec.json.decode(body))
        return self._finished[pack]

    def _store(self, entry: Sequence[Any]) -> bytes:
        body = msgspec.json.encode(entry)
        self._append(sha256_hex(body)[:_DIGITS].encode() + b" " + body + b"\n")
        return body

    def _take(self, pack: str, answers: Any, events: Sequence[str] = ()) -> None:
        if pack == _BEGUN:
            self._begun.add(tuple(answers))
            return
        self._finished[pack] = answers
        if events:
            self._events[pack] = list(events)

    def close(self) -> None:
        """Write everything to the disk and let go of the lock."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()

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

    def _read(self) -> None:
        """Take in all whole lines, and cut off a torn last one."""
        self._file.seek(0)
        whole = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            digest, _, body = line[:-1].partition(b" ")
            if digest == sha256_hex(body)[:_DIGITS].encode():
                self._take(*msgspec.json.decode(body))
        self._file.truncate(whole)

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
