"""A pull request with a statement, the evidence that it names, and the section of the model card."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

from huggingface_hub import CommitOperationAdd, HfApi

from dls.canonical import file_sha256
from dls.checking.validate import Report, check
from dls.document.beside import departure
from dls.errors import DlsError
from dls.hub.repository import FetchBudget, Repository, explained, open_repository
from dls.hub.statements import files_beside

CARD = "README.md"
_MOST_BYTES = 8 << 20  # of a card
Section = Callable[[Path, Path], str | None]
"""Writes the section about a statement into a card, or returns why it does not."""


class ProposedFile(NamedTuple):
    """A file of a pull request, and whether the repository has one of its name."""

    name: str
    path: Path
    action: Literal["add", "replace"]
    size: int
    sha256: str


class Proposal(NamedTuple):
    """A pull request that was not sent yet."""

    repository: Repository
    result: Report
    files: Sequence[ProposedFile]
    notes: Sequence[str]
    title: str


@contextmanager
def prepare(name: str, statement: Path, section: Section) -> Iterator[Proposal]:
    """Yield the pull request about a statement; its files lie in a folder that is gone afterwards.

    Args:
        name: of the repository.
        statement: the path of the statement.
        section: writes the section of the card.

    Raises:
        DlsError: the repository or the statement cannot be read.
    """
    api = HfApi()
    repository = open_repository(api, name)
    result = check(statement)
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        names = _copy(statement, folder) if result.readable and not result.errors else []
        notes = [note for note in [_card(repository, folder / statement.name, section)] if note] if names else []
        names += [CARD] if (folder / CARD).exists() else []
        files = [entry for name in names if (entry := _file(repository, folder, name)) is not None]
        title = f"Add a distillation loss statement: {statement.name}"
        yield Proposal(repository, result, files, notes, title)


def send(proposal: Proposal) -> str:
    """Open the pull request and return its address.

    Raises:
        DlsError: there is nothing to send, you may not write, or the hub does not answer.
    """
    repository = proposal.repository
    if not proposal.files:
        raise DlsError(f"{repository.place} has all of these files already; there is nothing to propose")
    operations = [CommitOperationAdd(file.name, file.path) for file in proposal.files]
    with explained(repository.name, repository.commit):
        commit = repository.api.create_commit(
            repository.name,
            operations,
            commit_message=proposal.title,
            commit_description=f"Checked with `dls validate`: {proposal.result.warnings} warnings, no error.",
            parent_commit=repository.commit,
            create_pr=True,
        )
    return commit.pr_url or commit.commit_url


def _copy(statement: Path, folder: Path) -> list[str]:
    """Copy a statement and the files that it names, and return their names in the repository."""
    shutil.copyfile(statement, folder / statement.name)
    names = [statement.name]
    for name in files_beside(statement.parent, statement.name):
        source = statement.parent / name
        if departure(name) is None and source.is_file() and name not in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / name)
            names.append(name)
    return names


def _card(repository: Repository, statement: Path, section: Section) -> str | None:
    """Write the section into a copy of the repository's card, and return why that was not possible."""
    if CARD not in repository.files:
        return f"{repository.name} has no {CARD}, so no card is changed"
    card = statement.parent / CARD
    shutil.copyfile(repository.fetch(CARD, FetchBudget(_MOST_BYTES)), card)
    problem = section(statement, card)
    if problem is not None:
        card.unlink()
    return problem


def _file(repository: Repository, folder: Path, name: str) -> ProposedFile | None:
    path = folder / name
    entry = repository.files.get(name)
    return ProposedFile(name, path, "replace" if entry else "add", path.stat().st_size, file_sha256(path))
