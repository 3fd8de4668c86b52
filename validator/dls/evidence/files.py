"""Write files whole or not at all."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dls.errors import DlsError

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # bytes as they are, on Windows as well
PUBLIC, PRIVATE = 0o666, 0o600  # who may read a new file: those whom the system's mask allows, or its owner alone


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that a kill leaves the old file or the new one, never half of it; the mode of an old one stays.

    Raises:
        DlsError: the path is a folder, the disk is full, or the folder cannot be written.
    """
    with _partial_file(path, data, PUBLIC) as partial:
        if path.exists():
            partial.chmod(stat.S_IMODE(path.stat().st_mode))
        partial.replace(path)


def create_file(path: Path, data: bytes, mode: int = PUBLIC) -> None:
    """Write a file where there is none, so that a full disk or a kill leaves none either.

    Raises:
        DlsError: a file or a link is there already, the disk is full, or the folder cannot be written.
    """
    with _partial_file(path, data, mode) as partial:
        try:
            os.link(partial, path)
        except OSError:  # something is there, or the file system has no hard links
            if os.path.lexists(path):  # a link that leads nowhere as well
                raise DlsError(f"{path} is there already; name another file, or remove it") from None
            partial.rename(path)


@contextmanager
def _partial_file(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    """Write a file of another name beside a path, to be moved there, and remove it at the end."""
    if path.is_dir():
        raise DlsError(f"{path} is a folder; name a file")
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        with os.fdopen(os.open(partial, _FLAGS, mode), "wb") as file:
            file.write(data)
        yield partial
    except OSError as error:
        raise DlsError(f"{path} cannot be written ({error.strerror}); make room or choose another folder") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
