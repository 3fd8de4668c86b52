"""The documents that some paths stand for, each once, and the paths that stand for none."""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

NAMES = ("dls.yaml", "dls.yml", "dls.json")
ENDINGS = (".dls.yaml", ".dls.yml", ".dls.json")
_FOREIGN = (".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__")  # folders that hold copies of others' files


class Input(NamedTuple):
    """A file to check, or a path that stands for no file, with the reason."""

    path: str
    problem: str | None = None


def inputs(paths: Sequence[str]) -> Iterator[Input]:
    """Yield the files that some paths stand for: a folder for the statements below it, a file for itself.

    A file that two paths stand for is checked once, under its first name.
    """
    places: set[str] = set()
    for path in paths:
        for entry in _entries(path):
            place = os.path.abspath(entry.path)  # noqa: PTH100 - of the name: a link may lie beside other evidence
            if place not in places:
                places.add(place)
                yield entry


def _entries(path: str) -> Iterator[Input]:
    if not os.path.isdir(path):  # noqa: PTH112 - ten thousand Path objects take longer than the walk
        yield Input(path)
        return
    is_empty = True
    for entry in _below(path):
        is_empty = False
        yield entry
    if is_empty:
        yield Input(path, f"holds no {', '.join(NAMES)} or *{ENDINGS[0]}; name the file itself")


def _below(folder: str) -> Iterator[Input]:
    """Yield the statements below a folder, in order, and then each folder that cannot be listed."""
    failures: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = sorted(name for name in folders if name not in _FOREIGN)
        for name in sorted(files):
            if name.lower() in NAMES or name.lower().endswith(ENDINGS):
                yield Input(os.path.join(place, name))  # noqa: PTH118 - as above
    for failure in failures:
        yield Input(str(failure.filename), f"cannot be listed: {failure.strerror}")
