"""One revision of a repository in a folder: its statements and cards, with the files that a check of them reads."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from huggingface_hub import HfApi

from dls.hub.cards import fetch_cards
from dls.hub.repository import FetchBudget, Repository, open_repository
from dls.hub.statements import fetch_statements

Choose = Callable[[Iterable[str]], Iterable[str]]
"""From the names of a repository's files to those of its statements."""


class Publication(NamedTuple):
    """The files of a revision in a folder; `statements` and `cards` are their paths from it."""

    repository: Repository
    folder: Path
    statements: tuple[str, ...]
    cards: tuple[str, ...]
    budget: FetchBudget


@contextmanager
def open_publication(name: str, revision: str | None, choose: Choose, budget: FetchBudget) -> Iterator[Publication]:
    """Yield a revision whose folder is gone afterwards.

    Args:
        name: of the repository.
        revision: a commit, a branch or `refs/pr/N`; None for the main branch.
        choose: the names of statements among those of all files.
        budget: of the check.

    Raises:
        AbsentStatement: the revision holds no statement.
        DlsError: the repository cannot be read, or its files are too large.
    """
    repository = open_repository(HfApi(), name, revision)
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        statements = fetch_statements(repository, choose(repository.files), folder, budget)
        cards = fetch_cards(repository, statements, folder, budget)
        yield Publication(repository, folder, tuple(statements), tuple(cards), budget)
