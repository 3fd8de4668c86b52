"""Locks for the time of a run; the system releases them at any end of the process."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from dls.errors import DlsError


@contextmanager
def exclusive_probes(scratch: Path, probes: Sequence[str]) -> Iterator[None]:
    """Keep other runs away from these probes, also between the ledgers of two models.

    Args:
        scratch: the folder of the ledgers, which is created; it is removed at the end where nothing else is in it.
        probes: their ids; other probes stay free for other runs.

    Raises:
        DlsError: another run measures one of the probes.

    """
    with ExitStack() as stack:
        for probe in probes:
            stack.callback(_release, *_locked(scratch, probe))
        yield


def lock_file(file: IO[bytes]) -> None:
    """Lock a file for this process.

    Raises:
        OSError: the file is locked.

    """
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _locked(scratch: Path, probe: str) -> tuple[IO[bytes], Path]:
    scratch.mkdir(parents=True, exist_ok=True)
    path = scratch / f"{probe}.lock"
    file = path.open("ab")
    try:
        lock_file(file)
    except OSError as error:
        file.close()
        raise DlsError(
            f"another run is measuring {probe} in {scratch.parent}; wait for it, stop it, or choose another folder"
        ) from error
    return file, path


def _release(file: IO[bytes], path: Path) -> None:
    file.close()
    path.unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()
