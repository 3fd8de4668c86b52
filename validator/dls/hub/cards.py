"""The model cards of a repository that can lead to a statement, and the files beside them that a check reads."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from dls.card.marks import NAME, has_marks
from dls.card.scores import FOLDER, MOST_FILES
from dls.card.splice import read_parts
from dls.document.reader import contents
from dls.errors import DlsError
from dls.hub.repository import FetchBudget, Repository
from dls.hub.statements import put

_SCORES = (".yaml", ".yml")


def fetch_cards(repository: Repository, statements: Iterable[str], folder: Path, budget: FetchBudget) -> list[str]:
    """Put the cards beside and above statements into a folder, and return the names of those that point to one.

    Args:
        repository: at one revision.
        statements: their names, with forward slashes.
        folder: with the statements in it.
        budget: of the check.

    Raises:
        DlsError: the files are too large, or the hub does not give one.
    """
    places = {parent for name in statements for parent in PurePosixPath(name).parents}
    names = sorted((place / NAME).as_posix() for place in places)
    for name in names:
        put(repository, name, folder, budget)
    cards = [name for name in names if has_marks(str(folder / name))]
    for name in cards:
        _put_neighbours(repository, name, folder, budget)
    return cards


def _put_neighbours(repository: Repository, card: str, folder: Path, budget: FetchBudget) -> None:
    """Put the scores beside a card into the folder, and an empty file for its picture: a check asks for its presence.

    Source: `dls.rules.card_scores_agree_with_the_claims`, `dls.rules.card_section_follows_from_the_statement`.
    """
    place = PurePosixPath(card).parent
    scores = sorted(n for n in repository.files if PurePosixPath(n).parent == place / FOLDER and n.endswith(_SCORES))
    for name in scores[:MOST_FILES]:
        put(repository, name, folder, budget)
    picture = _picture(folder / card)
    name = (place / picture).as_posix() if picture else ""
    if name in repository.files and not (folder / name).exists():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def _picture(card: Path) -> str | None:
    try:
        section = read_parts(contents(card), str(card)).section
    except DlsError:
        return None  # the check says why
    return section.members.get("picture") if section else None
