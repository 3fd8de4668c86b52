"""Write files whole or not at all."""

from contextlib import suppress
from pathlib import Path

from dls.errors import DlsError


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that a kill leaves the old file or the new one, never half of it.

    Raises:
        DlsError: the path is a folder, the disk is full, or the folder cannot be written.
    """
    if path.is_dir():
        raise DlsError(f"{path} is a folder; name a file")
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise DlsError(f"{path} cannot be written ({error.strerror}); make room or choose another folder") from error
