"""Packs that do not fit the memory are halved, by a rule that depends only on the pack."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dls.errors import DlsError
from dls_probes.packs import Pack

_SIGNS = ("out of memory", "can't allocate memory", "not enough memory")  # in errors of CUDA, the CPU and MPS


def run_within_memory(run: Callable[[Pack], list[Any]], pack: Pack, events: list[str]) -> list[Any]:
    """Return the answers of a pack, which is halved until each part fits the memory; `events` records each halving.

    Rows are halved first, then the jobs of a single row.

    Raises:
        DlsError: a single job does not fit.

    """
    try:
        return run(pack)
    except (RuntimeError, MemoryError) as error:
        if not _is_memory(error):
            raise
    _release_memory()
    halves = _halves(pack)
    if not halves:
        raise DlsError(
            f"a single text of {len(pack.jobs[0].tokens)} tokens does not fit the memory; "
            "choose a smaller --dtype, another --device or fewer --workers"
        )
    events.append(f"a {pack.kind} pack of {len(pack.rows)} rows and {len(pack.jobs)} requests was halved for memory")
    return [answer for half in halves for answer in run_within_memory(run, half, events)]


def _halves(pack: Pack) -> tuple[Pack, ...]:
    """Return the two halves of a pack's rows, or of the jobs of its only row; an empty tuple for a single job."""
    if len(pack.rows) > 1:
        middle = len(pack.rows) // 2
        return replace(pack, rows=pack.rows[:middle]), replace(pack, rows=pack.rows[middle:])
    (jobs,) = pack.rows
    middle = len(jobs) // 2
    return (replace(pack, rows=(jobs[:middle],)), replace(pack, rows=(jobs[middle:],))) if middle else ()


def _is_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in _SIGNS)


def _release_memory() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
