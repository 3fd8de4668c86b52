"""`diversity.open_answer`: questions with many right answers, where an honest model spreads over them."""

import msgspec

from dls.draw import Draw
from dls.probes.phrasings import phrase
from dls.probes.words import ANIMALS, COLOURS, DAYS, FOODS, TOWNS

ID = "diversity.open_answer"
DIGITS = tuple(map(str, range(1, 10)))
SETS = (
    ("which colour", COLOURS),
    ("which town", TOWNS),
    ("which food", FOODS),
    ("which animal", ANIMALS),
    ("which day", DAYS),
    ("which number from 1 to 9", DIGITS),
)


class OpenItem(msgspec.Struct, frozen=True):
    """An open question; every one of `valid` is as good an answer as any other."""

    id: str
    question: str
    valid: tuple[str, ...]


def items(seed: int, n: int) -> tuple[OpenItem, ...]:
    """Return ``n`` open questions, the sets in turn, each with one answer ruled out."""
    return tuple(_item(Draw(ID, seed, index), index) for index in range(n))


def _item(draw: Draw, index: int) -> OpenItem:
    asked, values = SETS[index % len(SETS)]
    excluded = draw.choice(values)
    return OpenItem(
        id=f"{index:06d}",
        question=phrase(index // len(SETS), f"{asked} do you pick, but not {excluded}"),
        valid=tuple(value for value in values if value != excluded),
    )
