"""One revision of a repository in a folder: its statements and cards, with the files that a check of them reads."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dls.hub.cards import fetch_cards
from dls.hub.repository import FetchBudget, Repository
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
def open_publication(repository: Repository, choose: Choose, budget: FetchBudget) -> Iterator[Publication]:
    """Yield a revision whose folder is gone afterwards.

    Args:
        repository: at the revision.
        choose: the names of statements among those of all files.
        budget: of the check.

    Raises:
        AbsentStatement: the revision holds no statement.
        DlsError: a file cannot be read, or the files are too large.
    """
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        statements = fetch_statements(repository, choose(repository.files), folder, budget)
        cards = fetch_cards(repository, statements, folder, budget)
        yield Publication(repository, folder, tuple(statements), tuple(cards), budget)
