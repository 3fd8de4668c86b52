"""Seconds, memory and waits of calls on a device."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

_WAITS = ("cudaStreamSynchronize", "cudaDeviceSynchronize", "cudaEventSynchronize")


def is_cuda(device: str) -> bool:
    """Return whether a device is a CUDA device."""
    return device.startswith("cuda")


def seconds(device: str, call: Callable[[], Any], rounds: int = 3, warm: int = 1) -> float:
    """Return the median seconds of a call, to the end of its work on the device."""
    for _ in range(warm):
        call()
    return statistics.median(_timed(device, call) for _ in range(rounds))


def _timed(device: str, call: Callable[[], Any]) -> float:
    _wait(device)
    start = time.perf_counter()
    call()
    _wait(device)
    return time.perf_counter() - start


def peak_mib(device: str, call: Callable[[], Any]) -> float | None:
    """Return the MiB that a call takes on the device above the memory in use; None on a CPU."""
    if not is_cuda(device):
        return None
    release(device)
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    call()
    _wait(device)
    return (torch.cuda.max_memory_allocated() - before) / 2**20


def waits(device: str, call: Callable[[], Any]) -> int | None:
    """Return how often the host waits for the device during a call; None on a CPU."""
    if not is_cuda(device):
        return None
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as trace:
        call()
    return sum(event.count for event in trace.key_averages() if event.key in _WAITS)


def release(device: str) -> None:
    """Give memory that is free already back to the device."""
    if is_cuda(device):
        torch.cuda.empty_cache()


def _wait(device: str) -> None:
    if is_cuda(device):
        torch.cuda.synchronize()
