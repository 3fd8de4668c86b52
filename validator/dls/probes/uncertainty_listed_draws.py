"""`uncertainty.listed_draws`: a draw from balls that are listed one by one; the model need not understand numbers."""

from functools import partial

from dls.draw import Draw
from dls.probe import SHOT_SEED, Shot
from dls.probes import uncertainty_lottery
from dls.probes.shared.per_item import numbered
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.uncertainty_lottery import BALLS, LotteryItem

ID = "uncertainty.listed_draws"
COLOURS = ("red", "blue")
"""The same two in each bag: with eight, a small model puts a quarter of its probability on colours of earlier bags."""


def _item(draw: Draw, index: int, phrasings: Phrasings) -> LotteryItem:
    colours = draw.sample(COLOURS, 2)
    first = draw.between(1, BALLS - 1)
    counts = (first, BALLS - first)
    balls = ", ".join(draw.shuffled((colours[0],) * first + (colours[1],) * (BALLS - first)))
    return LotteryItem(
        id=f"{index:06d}",
        context="a bag holds ten balls.",
        question=phrase(index, f"which colour is drawn from {balls}", phrasings),
        colours=tuple(colours),
        counts=counts,
    )


items = numbered(ID, _item)
"""Bags of ten balls, one to nine of the first colour, listed in random order."""


def _shots() -> list[Shot]:
    """Draw one of the balls of each bag."""
    shots = []
    for index, item in enumerate(items(SHOT_SEED, 12)):
        balls = [colour for colour, count in zip(item.colours, item.counts, strict=True) for _ in range(count)]
        shots.append(Shot("", f"{item.context} {item.question}", Draw("frame", SHOT_SEED, index).choice(balls)))
    return shots


PROBE = uncertainty_lottery.PROBE._replace(
    id=ID,
    title="Draws from balls that are listed one by one: does the model spread its answers as the list does?",
    items=items,
    shots=_shots,
    from_rows=partial(uncertainty_lottery.items_from_rows, ID),
    stands_for=uncertainty_lottery.ID,
)
