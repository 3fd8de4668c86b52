"""The paths that a statement names, and the folder from which they start."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dls.document.beside import departure
from dls.model import Statement


class NamedPath(msgspec.Struct, frozen=True):
    """A path of a statement with its place, and the digest and size of the file where the statement names them."""

    pointer: str
    name: str
    sha256: str | None = None
    size: int | None = None
    by_digest: bool = True  # what the file is judged by; a profile has a digest of its own, and an envelope a key


def paths_of(statement: Statement) -> Iterator[NamedPath]:
    """Yield every path of a statement, in the order of the document."""
    if statement.scenario.path is not None:
        yield NamedPath("/scenario/path", statement.scenario.path, by_digest=False)
    for i, evidence in enumerate(statement.evidence):
        if evidence.path is not None:
            yield NamedPath(f"/evidence/{i}/path", evidence.path, evidence.sha256, evidence.bytes)
    for i, report in enumerate(statement.reproductions):
        if report.path is not None:
            yield NamedPath(f"/reproductions/{i}/path", report.path, report.sha256)
        if report.envelope is not None:
            yield NamedPath(f"/reproductions/{i}/envelope", report.envelope, by_digest=False)


def folder_of(path: Path, statement: Statement) -> Path:
    """Return the folder from which the paths of a statement start: its own.

    A statement that is a link lies in two folders. A hub's cache links each file, so files beside the link come first;
    where there are none, the folder of the file that it links to counts.
    """
    own = path.parent
    if not path.is_symlink():
        return own
    target = Path(os.path.realpath(path)).parent
    names = [entry.name for entry in paths_of(statement) if departure(entry.name) is None]
    if any(os.path.lexists(own / name) for name in names):
        return own
    return target if any(os.path.lexists(target / name) for name in names) else own
