"""The pointer of a card: the version of the standard and the path of the statement, under the key `dls`."""

from typing import NamedTuple

from dls.card.front_matter import KEY, FrontMatter
from dls.card.layout import CardText
from dls.document.beside import departure
from dls.finding import visible


class Pointer(NamedTuple):
    """The version of the standard, and the path of the statement from the card's folder."""

    version: str
    path: str


def pointer_of(front: FrontMatter, card: CardText) -> Pointer | None:
    """Return the pointer of a front matter; None where it has none.

    Raises:
        UnreadableDocument: the key has another value than a version and a path, both as text.
    """
    value = front.members.get(KEY)
    if KEY not in front.members or front.pointer is None:
        return None
    texts = value if isinstance(value, dict) else {}
    is_whole = set(texts) == {"version", "path"} and all(isinstance(text, str) for text in texts.values())
    if not is_whole or front.pointer.end <= front.pointer.start:
        example = f'`{KEY}: {{version: "1.0", path: "dls.yaml"}}`'
        card.refuse(front.pointer.start, f"the key '{KEY}' is no pointer; wanted {example}, so correct or remove it")
    return Pointer(texts["version"], texts["path"])


def path_problem(path: str) -> str | None:
    """Return why a path cannot stand in a card, as the end of a sentence; None where it can."""
    if not path.isprintable() or visible(path) != path:
        return "holds a character that no page shows; rename the file"
    return departure(path)
