"""`grounding.substituted_facts`: a text that contradicts what everybody knows; whom does the model follow?"""

import msgspec

from dls.draw import Draw
from dls.probes.phrasings import phrase
from dls.probes.words import COLOURS, FACTS

ID = "grounding.substituted_facts"


class FactItem(msgspec.Struct, frozen=True):
    """A thing, its colour in the text and its colour in the world; `closed_book` asks for the latter."""

    id: str
    context: str
    question: str
    closed_book: str
    stated: str
    known: str


def items(seed: int, n: int) -> tuple[FactItem, ...]:
    """Return ``n`` substituted facts."""
    return tuple(_item(Draw(ID, seed, index), index) for index in range(n))


def _item(draw: Draw, index: int) -> FactItem:
    thing = draw.choice(tuple(FACTS))
    stated = draw.choice([colour for colour in COLOURS if colour != FACTS[thing]])
    return FactItem(
        id=f"{index:06d}",
        context=f"in this tale, {thing} is {stated}.",
        question=phrase(index, f"by the tale, which colour is {thing}"),
        closed_book=phrase(index, f"which colour is {thing}"),
        stated=stated,
        known=FACTS[thing],
    )
