"""A file that a document names: beside or below the document, whatever links lie on the way.

The document decides the name, so the name alone keeps to the folder. Links belong to the reader's own file system: hub
caches, DVC and git-annex keep each file behind one. A link out of the folder is followed to the expected content alone;
of any other content there nothing is told, not even that it exists.
"""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from dls.canonical import file_sha256

State = Literal["elsewhere", "outside", "missing", "unreadable", "irregular", "present"]
"""Missing, unreadable and different are three things: who cannot open a file says nothing about its content."""
Expectation = Callable[[Path], bool]
"""Whether a file has the content that a document expects under a name."""

_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
_LARGEST = 8 << 20  # bytes of a file behind a link whose size no document names


class Location(msgspec.Struct, frozen=True):
    """The file that a document's path leads to; `path` is None unless the file is present."""

    state: State
    path: Path | None = None


def locate(folder: Path, name: str | None, expectation: Expectation | None = None) -> Location:
    """Find a file that a document names by a relative path, within the document's folder only.

    Args:
        folder: of the document.
        name: the path; None where the document names none.
        expectation: whether a file behind a link out of the folder is the expected one; None follows no such link.
    """
    if name is None:
        return Location("elsewhere")
    if departure(name) is not None:
        return Location("outside")
    path = folder / name
    if leads_out(folder, name):
        return Location("present", path) if _is_expected(path, expectation) else Location("outside")
    state = _state(path)
    return Location(state, path if state == "present" else None)


def _state(path: Path) -> State:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return "missing" if error.errno in _ABSENT else "unreadable"
    except RuntimeError:  # links in a circle
        return "missing"
    if not stat.S_ISREG(mode):
        return "irregular"
    return "present" if os.access(path, os.R_OK) else "unreadable"


def _is_expected(path: Path, expectation: Expectation | None) -> bool:
    try:
        return expectation is not None and _is_full_file(path) and expectation(path)
    except OSError:
        return False


def departure(name: str) -> str | None:
    """Return how a path departs from the folder by its name alone, as the end of a sentence; None where it does not."""
    if "\\" in name:
        return "holds a backslash; write '/' between folders"
    if ":" in name:
        return "holds a colon, as drives and addresses do; write a relative path"
    if name.startswith("/"):
        return "starts at the root; write a relative path"
    if ".." in name.split("/"):
        return "climbs out with '..'; put the file beside or below the document"
    return "holds a NUL; remove it" if "\0" in name else None


def leads_out(folder: Path, name: str) -> bool:
    """Whether a link on the way of a relative path leads out of the folder."""
    if not _has_link(folder, name):
        return False
    try:
        return not (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return False


def has_digest(sha256: str | None, size: int | None = None) -> Expectation:
    """Return the expectation of a SHA-256 digest and, where a document names it, of a size in bytes."""

    def is_expected(path: Path) -> bool:
        length = path.stat().st_size
        fits = length <= _LARGEST if size is None else length == size
        return sha256 is not None and fits and file_sha256(path) == sha256

    return is_expected


def _has_link(folder: Path, name: str) -> bool:
    """Whether a part of a relative path is a symbolic link; without one the path cannot leave the folder."""
    path = str(folder)
    for part in name.split("/"):
        path = f"{path}/{part}"
        if os.path.islink(path):  # noqa: PTH114 - a tenth of the time of a Path
            return True
    return False


def _is_full_file(path: Path) -> bool:
    """Whether a path leads to a regular file that is not empty; the files of the kernel, which may never end, are."""
    try:
        status = path.stat()
    except (OSError, RuntimeError):
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > 0
