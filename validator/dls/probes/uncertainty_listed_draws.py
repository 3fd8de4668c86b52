"""`uncertainty.listed_draws`: a draw from balls that are listed one by one, so that no number has to be understood."""

from functools import partial

from dls.draw import Draw
from dls.probes import uncertainty_lottery
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.uncertainty_lottery import BALLS, LotteryItem

ID = "uncertainty.listed_draws"
COLOURS = ("red", "blue")
"""The same two in every bag: with eight, a small model puts a quarter of its probability on those of other bags that it was shown."""


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[LotteryItem, ...]:
    """Return ``n`` bags of ten balls, one to nine of the first colour, listed in random order."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> LotteryItem:
    one, other = draw.sample(COLOURS, 2)
    first = draw.between(1, BALLS - 1)
    counts = (first, BALLS - first)
    listed = ", ".join(draw.shuffled((one,) * first + (other,) * (BALLS - first)))
    return LotteryItem(
        id=f"{index:06d}",
        context="a bag holds ten balls.",
        question=phrase(index, f"which colour is drawn from {listed}", phrasings),
        colours=(one, other),
        counts=counts,
    )


PROBE = uncertainty_lottery.PROBE._replace(
    id=ID,
    title="Draws from balls that are listed one by one: does the model spread its answer as the list does?",
    items=items,
    from_rows=partial(uncertainty_lottery.items_from_rows, ID),
)
