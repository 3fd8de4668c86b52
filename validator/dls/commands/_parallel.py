"""Many files shared among the machine's processors, their results in the order of the files."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from dls.errors import DlsError

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Result = TypeVar("Result")

FEWEST = 1000  # files from which on starting processes takes less time than it saves
_MOST = 16  # processes
_AT_ONCE = 50  # files that a process is given


def map_in_processes(files: Sequence[str], check: Callable[[str], Result]) -> Iterator[Result]:
    """Yield what ``check`` returns for each file, in order; it and its results have to pickle.

    Few files, one processor, and a system that starts no processes are served by this one.

    Raises:
        DlsError: one of the processes was killed.
    """
    pool = _pool(min(_processors(), _MOST)) if len(files) >= FEWEST else None
    if pool is None:
        yield from map(check, files)
        return
    from concurrent.futures.process import BrokenProcessPool

    try:
        yield from pool.map(check, files, chunksize=_AT_ONCE)
    except BrokenProcessPool:
        raise DlsError(
            "a process that was checking files was killed, most likely for want of memory; name fewer files at once"
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
        return ProcessPoolExecutor(processes, get_context("spawn"), _leave_interrupts_to_the_first)
    except (OSError, ImportError, NotImplementedError):  # no shared memory, no semaphores
        return None


def _leave_interrupts_to_the_first() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
