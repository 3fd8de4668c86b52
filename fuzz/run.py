"""One target under libFuzzer, instrumented: `python -m fuzz.run TARGET [CORPUS…] [-libfuzzer_option=value…]`."""

import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dls"]):  # before any other import of them
    from fuzz.place import Place
    from fuzz.targets import TARGETS

from fuzz.mutation import mutate

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of this process is made in it


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    name, *words = sys.argv[1:]
    target = next(target for target in TARGETS if target.name == name)
    home = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None
    place = Place(Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-", dir=home)))
    atheris.Setup([_command(name, place.folder), *words], lambda data: target.run(data, place), custom_mutator=_mutator)
    atheris.Fuzz()


def _command(name: str, folder: Path) -> str:
    """Return an executable that starts this target again: libFuzzer merges in separate processes."""
    path = folder / "again.sh"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fuzz.run {name} "$@"\n')
    path.chmod(0o700)
    return str(path)


def _mutator(data: bytes, limit: int, seed: int) -> bytes:
    if seed % 4:
        document = mutate(data, seed)
        if document is not None and len(document) <= limit:
            return document
    return bytes(atheris.Mutate(data, limit))


if __name__ == "__main__":
    main()
