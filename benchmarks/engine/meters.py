"""CPU seconds and memory of this process."""

import ctypes
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def timed(call: Callable[..., Any], inside: list[float]) -> Callable[..., Any]:
    """Return the call; the CPU seconds of every run are added to `inside`."""

    def run(*arguments: Any) -> Any:
        with cpu() as spent:
            answer = call(*arguments)
        inside[0] += spent[0]
        return answer

    return run


@contextmanager
def cpu() -> Iterator[list[float]]:
    """Measure CPU seconds."""
    spent = [0.0]
    before = time.process_time()
    yield spent
    spent[0] = time.process_time() - before


@contextmanager
def memory() -> Iterator[list[float]]:
    """Measure how far the resident memory rises above where it is now, in MiB (Linux with glibc)."""
    peak = [0.0]
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is free already must not hide what is taken next
    Path("/proc/self/clear_refs").write_text("5")
    before = _resident("VmRSS")
    yield peak
    peak[0] = max(0.0, _resident("VmHWM") - before)


def _resident(field: str) -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(field))
