"""Check many files in several processes, with their results in the order of the files."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Entry = TypeVar("Entry")
Result = TypeVar("Result")

FEWEST = 1000  # files from which on starting processes takes less time than it saves
_MAX_PROCESSES = 16
_CHUNK = 50  # files that a process is given at a time


def map_in_processes(
    files: Sequence[Entry], check: Callable[[Entry], Result], loss: Callable[[Entry], Result]
) -> Iterator[Result]:
    """Yield the results for some files, in order; the functions and their results have to pickle.

    This process does the work alone for few files, on one processor, and where the system starts no processes.

    Args:
        files: the files, or what stands for them.
        check: returns the result of a file.
        loss: returns the result of a file whose check killed its process.
    """
    processes = min(_processors(), _MAX_PROCESSES) if len(files) >= FEWEST else 1
    rest = files
    while rest:
        pool = process_pool(processes) if processes > 1 else None
        if pool is None:
            yield from map(check, rest)
            return
        count = 0
        for result in _until_killed(pool, rest, check):
            yield result
            count += 1
        yield from _each_alone(rest[count : count + _CHUNK], check, loss)
        rest = rest[count + _CHUNK :]


def _until_killed(
    pool: "ProcessPoolExecutor", files: Sequence[Entry], check: Callable[[Entry], Result]
) -> Iterator[Result]:
    """Yield results until a process is killed; it takes the results of all processes with it."""
    from concurrent.futures.process import BrokenProcessPool  # start-up: for many files alone

    with suppress(BrokenProcessPool):
        try:
            yield from pool.map(check, files, chunksize=_CHUNK)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _each_alone(
    files: Sequence[Entry], check: Callable[[Entry], Result], loss: Callable[[Entry], Result]
) -> Iterator[Result]:
    """Yield the results of files that are checked one after the other, so that a killed process names its file."""
    from concurrent.futures.process import BrokenProcessPool  # start-up: for many files alone

    pool = None
    for file in files:
        pool = pool or process_pool(1)
        try:
            yield pool.submit(check, file).result() if pool else loss(file)
        except BrokenProcessPool:
            yield loss(file)
            pool = None
    if pool is not None:
        pool.shutdown(wait=False)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def process_pool(processes: int) -> "ProcessPoolExecutor | None":
    """Return a pool of processes that leave an interrupt to this one; None where the system starts none."""
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
