"""CPU seconds and memory of this process."""

import ctypes
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def with_timer(call: Callable[..., Any], total: list[float]) -> Callable[..., Any]:
    """Return a call that adds the CPU seconds of each run to `total`."""

    def run(*arguments: Any) -> Any:
        with cpu() as seconds:
            answer = call(*arguments)
        total[0] += seconds[0]
        return answer

    return run


@contextmanager
def cpu() -> Iterator[list[float]]:
    """Measure CPU seconds."""
    seconds = [0.0]
    start = time.process_time()
    yield seconds
    seconds[0] = time.process_time() - start


@contextmanager
def memory() -> Iterator[list[float]]:
    """Measure the rise of the resident memory above its present size, in MiB (Linux with glibc)."""
    peak = [0.0]
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # memory that is free already must not hide the memory that is taken next
    Path("/proc/self/clear_refs").write_text("5")
    start = _resident("VmRSS")
    yield peak
    peak[0] = max(0.0, _resident("VmHWM") - start)


def _resident(field: str) -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(field))
