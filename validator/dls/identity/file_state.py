"""The state of a file on the disk, to notice that a file changed between its digest and its use."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class FileState(NamedTuple):
    """A file's size in bytes, its inode on a device, and the time of its last change in nanoseconds."""

    path: Path
    bytes: int
    device: int
    inode: int
    mtime_ns: int


def state_of(path: Path, descriptor: int | None = None) -> FileState:
    """Return the state of a file, of an open one by its descriptor; a link counts as the file that it leads to.

    Raises:
        OSError: there is no such file.
    """
    status = os.stat(path if descriptor is None else descriptor)  # noqa: PTH116 - a Path knows no descriptor
    return FileState(path, status.st_size, status.st_dev, status.st_ino, status.st_mtime_ns)


def paths_with_changes(states: Iterable[FileState]) -> tuple[Path, ...]:
    """Return the paths whose file is gone, was replaced or was written since its state was taken."""
    return tuple(state.path for state in states if _current(state.path) != state)


def _current(path: Path) -> FileState | None:
    try:
        return state_of(path)
    except OSError:
        return None
