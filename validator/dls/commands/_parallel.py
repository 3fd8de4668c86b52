"""Check many files in several processes, with their results in the order of the files."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from dls.errors import DlsError

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Result = TypeVar("Result")

FEWEST = 1000  # files from which on starting processes takes less time than it saves
_MAX_PROCESSES = 16
_CHUNK = 50  # files that a process is given at a time


def map_in_processes(files: Sequence[str], check: Callable[[str], Result]) -> Iterator[Result]:
    """Yield the results of ``check`` for the files, in order; it and its results have to pickle.

    This process does the work alone for few files, on one processor, and where the system starts no processes.

    Raises:
        DlsError: one of the processes was killed.
    """
    pool = _pool(min(_processors(), _MAX_PROCESSES)) if len(files) >= FEWEST else None
    if pool is None:
        yield from map(check, files)
        return
    from concurrent.futures.process import BrokenProcessPool

    try:
        yield from pool.map(check, files, chunksize=_CHUNK)
    except BrokenProcessPool:
        raise DlsError(
            "a process that was checking files was killed, most likely by a lack of memory; name fewer files at once"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pool(processes: int) -> "ProcessPoolExecutor | None":
    if processes == 1:
        return None
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    try:
        return ProcessPoolExecutor(processes, get_context("spawn"), _ignore_interrupts)
    except (OSError, ImportError, NotImplementedError):  # no shared memory, no semaphores
        return None


def _ignore_interrupts() -> None:
    """Let the first process alone react to an interrupt."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
