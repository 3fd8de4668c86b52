"""The files that paths on a command line stand for."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dls.card.marks import NAME as CARD
from dls.card.marks import has_marks
from dls.errors import DlsError
from dls.report.terminal import show_problem

NAMES = ("dls.yaml", "dls.yml", "dls.json")
_FEW = 3  # names in a message
_ENDINGS = tuple(f".{name}" for name in NAMES)
_OTHERS = frozenset({".git", ".github", ".hg", ".svn", ".venv", ".tox", "node_modules", "__pycache__"})
"""Folders of tools, whose files belong to other projects."""


def is_statement(name: str) -> bool:
    """Whether a file of this name, without its folder, is taken for a statement."""
    return name.lower() in NAMES or name.lower().endswith(_ENDINGS)


def statements_among(names: Iterable[str]) -> Iterator[str]:
    """Yield the paths whose last part is taken for a statement, and that lie in no folder of a tool."""
    parts = ((name, name.split("/")) for name in names)
    return (name for name, (*folders, last) in parts if is_statement(last) and _OTHERS.isdisjoint(folders))


def statement_files(paths: Sequence[str]) -> list[str]:
    """Return each file once, in order: a path itself, and for a folder the statements and cards below it.

    A folder without a statement, and one that cannot be listed, stands for itself.
    """
    files: dict[str, str] = {}
    for path in paths:
        for file in _files(path):
            files.setdefault(os.path.abspath(file), file)  # noqa: PTH100 - of the name: a link is another file
    return list(files.values())


def only_statement(path: str) -> Path:
    """Return a path itself, and for a folder the one statement below it.

    Raises:
        DlsError: the folder holds none, or several.
    """
    if not os.path.isdir(path):  # noqa: PTH112 - as below
        return Path(path)
    files = list(_statements(path))
    if len(files) != 1:
        names = ", ".join(files[:_FEW]) + (" and more" if len(files) > _FEW else "")
        raise DlsError(f"{path} holds {names or f'no {NAMES[0]}'}; name one statement")
    return Path(files[0])


def _files(path: str) -> Iterator[str]:
    if not os.path.isdir(path):  # noqa: PTH112 - ten thousand Path objects take longer than the walk
        yield path
        return
    statements = list(_statements(path))
    yield from statements or [path]


def _statements(folder: str) -> Iterator[str]:
    """Yield the statements and cards below a folder, in order, and then each folder that cannot be listed."""
    unreadable: list[str] = []
    for place, folders, files in os.walk(folder, onerror=lambda error: unreadable.append(str(error.filename))):
        folders[:] = sorted(name for name in folders if name not in _OTHERS)
        _name_links(folder, place, folders)
        for name in sorted(files):
            if is_statement(name) or (name == CARD and has_marks(os.path.join(place, name))):  # noqa: PTH118
                yield os.path.join(place, name)  # noqa: PTH118 - ten thousand Path objects take longer than the walk
    yield from unreadable


def _name_links(folder: str, place: str, names: Sequence[str]) -> None:
    """Name each link to a folder outside of the walk, which may be as large as the disk and is not entered."""
    for name in names:
        path = os.path.join(place, name)  # noqa: PTH118
        if os.path.islink(path):  # noqa: PTH114
            root, target = os.path.realpath(folder), os.path.realpath(path)
            if target != root and not target.startswith(os.path.join(root, "")):  # noqa: PTH118
                show_problem(f"{path}: is a link to a folder elsewhere and was passed over; name it to check it")
