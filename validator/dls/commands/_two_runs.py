"""Read the two runs of an import, large ones beside each other in two processes."""

import gc
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from dls.commands._parallel import process_pool
from dls.errors import DlsError

if TYPE_CHECKING:
    from dls.importing.average_log import RunLogs

Reader = Callable[[Path], "RunLogs"]

_LARGE = 16 << 20  # bytes of a run's files, from which on a second process saves more time than its start takes
_MOST_FILES = 1000  # whose sizes are added up


def read_runs(read: Reader, teacher: Path, student: Path) -> "tuple[RunLogs, RunLogs]":
    """Return the teacher's and the student's run.

    Args:
        read: of one run; it pickles, and so do runs.
        teacher: the logs of its run.
        student: likewise.

    Raises:
        DlsError: as ``read`` does, or the process that reads the student's run was killed.
    """
    pool = process_pool(1) if min(map(_size, (teacher, student))) >= _LARGE else None
    if pool is None:
        return read(teacher), read(student)
    from concurrent.futures.process import BrokenProcessPool  # start-up: for large runs alone

    try:
        second = pool.submit(_run_or_problem, read, student)
        first, result = read(teacher), second.result()
    except BrokenProcessPool:
        raise DlsError(f"{student}: the process that read it was killed; it takes more memory than there is") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if isinstance(result, str):
        raise DlsError(result)
    return first, result


def _run_or_problem(read: Reader, path: Path) -> "RunLogs | str":
    """Return a run, or the message of the error; not every error pickles."""
    gc.disable()  # as the command does
    try:
        return read(path)
    except DlsError as error:
        return str(error)


def _size(path: Path) -> int:
    """Return the size of the files of a run: those of its folder, also where the path is one of them."""
    folder = path if path.is_dir() else path.parent
    size = 0
    with suppress(OSError):  # of a file that the run may not need
        for entry in islice(folder.rglob("*"), _MOST_FILES):
            size += entry.stat().st_size
    return size
