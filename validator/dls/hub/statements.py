"""The files of a repository that a check of its statements reads, and no others."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from dls.document.reader import read
from dls.errors import DlsError
from dls.evidence.bundle import open_bundles
from dls.evidence.named_paths import paths_of
from dls.evidence.tensor_files import tensor_file
from dls.hub.repository import FetchBudget, Repository
from dls.model import Statement, frozen
from dls.standard.form import violations
from dls.standard.numbers import ARMS

_MOST_STATEMENTS = 20


class AbsentStatement(DlsError):  # noqa: N818 - the name says the problem
    """A revision without a statement."""


def fetch_statements(repository: Repository, names: Iterable[str], folder: Path, budget: FetchBudget) -> list[str]:
    """Put the statements of a repository into a folder, with the evidence that each names, and return their names.

    Args:
        repository: at one revision.
        names: of the statements, with forward slashes.
        folder: an empty one.
        budget: of the check.

    Raises:
        AbsentStatement: there is none.
        DlsError: there are too many, the files are too large, or the hub does not give one.
    """
    statements = sorted(name for name in names if not _leaves(name))
    if not statements:
        raise AbsentStatement(f"{repository.place} holds no dls.yaml, dls.json or *.dls.yaml; name another revision")
    if len(statements) > _MOST_STATEMENTS:
        raise DlsError(f"{repository.place} holds {len(statements)} statements; check a local copy of so many")
    for name in statements:
        put(repository, name, folder, budget)
        for neighbour in files_beside(folder, name):
            put(repository, neighbour, folder, budget)
    return statements


def read_statement(path: Path) -> Statement | None:
    """Return a statement that follows its schema; None for any other file."""
    try:
        document = read(path)
        return None if any(violations(document, "statement")) else frozen(document.value, Statement)
    except (DlsError, OSError, msgspec.ValidationError, RecursionError):
        return None  # the check says why


def files_beside(folder: Path, name: str) -> Iterator[str]:
    """Yield the files that a statement names, and then those that its manifests name, as paths from a folder.

    Args:
        folder: the root of the paths.
        name: of the statement in it.
    """
    statement = read_statement(folder / name)
    if statement is None:
        return
    place = PurePosixPath(name).parent
    yield from ((place / entry.name).as_posix() for entry in paths_of(statement))
    for bundle in open_bundles((folder / name).parent, statement.evidence):
        manifest = place / (bundle.evidence.path or "")
        records = bundle.manifest.records if bundle.manifest else ()
        yield from ((manifest.parent / record.path).as_posix() for record in records)
        yield from ((manifest.parent.parent / tensor_file(arm)).as_posix() for arm in ARMS if records)


def put(repository: Repository, name: str, folder: Path, budget: FetchBudget) -> None:
    """Copy a file of the repository into the folder; where it is not there, the check says so."""
    path = folder / name
    if _leaves(name) or name not in repository.files or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(repository.fetch(name, budget), path)


def _leaves(name: str) -> bool:
    return PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name
