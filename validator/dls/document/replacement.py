"""Write a file as a whole: a full disk or a kill leaves the earlier content."""

import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile


def replace_file(path: Path, data: bytes) -> None:
    """Give a file other content in one step, with its mode; of a link, the file that it leads to.

    Raises:
        OSError: the folder cannot be written, or the disk is full; the file is then as it was.
    """
    target = Path(os.path.realpath(path))
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        draft = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
