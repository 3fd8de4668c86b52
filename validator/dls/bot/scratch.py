"""The folder in which the bot's checks work, and the removal of those that killed bots left."""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "dls-bot-"


class ScratchFolder:
    """A new folder, which this process holds by a lock that ends with it."""

    def __init__(self) -> None:
        """Remove the folders that no process holds any more, and make one."""
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            _remove_if_free(folder)
        self.path, self._descriptor = _hold()

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._descriptor)


def _hold() -> tuple[Path, int]:
    """Return a new folder and the descriptor with its lock; another bot may remove one before it is locked."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        with suppress(FileNotFoundError):
            descriptor = os.open(path, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if path.exists():
                return path, descriptor
            os.close(descriptor)


def _remove_if_free(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return  # of another user, or gone
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return  # a bot that runs holds it
    finally:
        os.close(descriptor)
