"""The scratch ledger of complete packs: a run that continues after a kill does not compute them again.

One line per pack: 16 hexadecimal digits of the SHA-256 of the rest of the line, a space, JSON. A torn or damaged line
is ignored, and its pack runs again. A line before the packs holds the facts on which they depend.
"""

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from dls.errors import DlsError
from dls_probes.engine.ledger_lines import CONTEXT, ledger_entry, ledger_line, packs_of_shard
from dls_probes.engine.run_lock import lock_file

_RESERVE = 32 << 20  # bytes that stay free for the evidence
_SYNC_EVERY = 1.0  # seconds of work that a power failure can lose; a kill loses none


class Ledger:
    """Complete packs in one file, locked for one run.

    Args:
        path: the file; its folder is created where it is missing.
        resume: use the packs of the file; otherwise a file with complete packs is refused.
        shards: the ledgers of other runs, whose packs count as this run's; a missing one has none.

    Raises:
        DlsError: another run has locked the file, it already holds complete packs, or the disk is full.

    """

    def __init__(self, path: Path, *, resume: bool = False, shards: Sequence[Path] = ()) -> None:
        self.path = path
        self._shards = [shard for shard in shards if shard.exists() and shard.resolve() != path.resolve()]
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = path.open("a+b")
        self._lock()
        self._answers: dict[str, Any] = {}
        self._events: dict[str, list[str]] = {}
        self._contexts: list[dict[str, Any]] = []
        self._read()
        self._last_sync = time.monotonic()
        if self._answers and not resume:
            self._file.close()
            raise DlsError(
                f"{path} holds {len(self._answers)} finished packs of an earlier run; "
                "add --resume to go on with it, or choose another folder"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._answers)

    def begin(self, context: Mapping[str, Any]) -> str | None:
        """Store the context of the next packs; return a sentence if it makes all earlier packs unusable.

        Args:
            context: the facts that name a pack beside its content, by name, as JSON values.

        Returns:
            None where the file has no packs, or packs of this context.

        Raises:
            DlsError: a shard is still running, or its packs are of another context.

        """
        stale = None if context in self._contexts else self._change_to(context)
        for path in self._shards:
            for pack, answers, events in packs_of_shard(path, context):
                if pack not in self._answers:
                    self.put(pack, answers, events)
        return stale

    def _change_to(self, context: Mapping[str, Any]) -> str | None:
        earlier = self._contexts[-1] if self._contexts else None
        self._store([CONTEXT, context])
        self._contexts.append(dict(context))
        if not self._answers:
            return None
        return f"{len(self._answers)} finished packs of an earlier run are not used: {_change(earlier, context)}"

    def answers(self, pack: str) -> Any | None:
        """Return the answers of a complete pack as JSON values, or None."""
        return self._answers.get(pack)

    def events(self, pack: str) -> list[str]:
        """Return the events of a complete pack: halvings and dead workers, a sentence each."""
        return self._events.get(pack, [])

    def put(self, pack: str, answers: Any, events: Sequence[str] = ()) -> Any:
        """Store a complete pack with its events; return its answers as they are read back from the file.

        Raises:
            DlsError: the disk is full or failing; earlier packs stay in the file.

        """
        body = self._store([pack, answers, events] if events else [pack, answers])
        self._add(*msgspec.json.decode(body))
        return self._answers[pack]

    def _store(self, entry: Sequence[Any]) -> bytes:
        body = msgspec.json.encode(entry)
        self._append(ledger_line(body))
        return body

    def _add(self, pack: str, answers: Any, events: Sequence[str] = ()) -> None:
        if pack == CONTEXT:
            self._contexts.append(answers)
            return
        self._answers[pack] = answers
        if events:
            self._events[pack] = list(events)

    def close(self) -> None:
        """Write all lines to the disk and release the lock."""
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
            if time.monotonic() - self._last_sync > _SYNC_EVERY:
                os.fsync(self._file.fileno())
                self._last_sync = time.monotonic()
        except OSError as error:
            os.truncate(self.path, end)
            raise DlsError(
                f"{self.path} cannot be written ({error.strerror}); make room and go on with --resume, nothing is lost"
            ) from error

    def _read(self) -> None:
        """Read all complete lines, and cut off a torn last line."""
        self._file.seek(0)
        size = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            size += len(line)
            if entry := ledger_entry(line):
                self._add(*entry)
        self._file.truncate(size)

    def _lock(self) -> None:
        try:
            lock_file(self._file)
        except OSError as error:
            self._file.close()
            raise DlsError(
                f"another run is writing to {self.path}; wait for it, stop it, or choose another folder"
            ) from error


def _change(earlier: Mapping[str, Any] | None, context: Mapping[str, Any]) -> str:
    if earlier is None:
        return "nothing says how they were computed"
    names = sorted(name for name in {*context, *earlier} if context.get(name) != earlier.get(name))
    return f"{', '.join(names)} changed since, so their items are asked again"
