"""`uncertainty.lottery`: draws with stated odds, where the right distribution is known exactly."""

import msgspec

from dls.draw import Draw
from dls.probes.phrasings import phrase
from dls.probes.words import COLOURS

ID = "uncertainty.lottery"
BALLS = 10


class LotteryItem(msgspec.Struct, frozen=True):
    """A bag of balls; `counts[i]` of them have the colour `colours[i]`."""

    id: str
    context: str
    question: str
    colours: tuple[str, ...]
    counts: tuple[int, ...]


def items(seed: int, n: int) -> tuple[LotteryItem, ...]:
    """Return ``n`` bags of ten balls in two colours, one to nine of the first."""
    return tuple(_item(Draw(ID, seed, index), index) for index in range(n))


def _item(draw: Draw, index: int) -> LotteryItem:
    colours = draw.sample(COLOURS, 2)
    first = draw.between(1, BALLS - 1)
    counts = (first, BALLS - first)
    held = " and ".join(f"{count} {colour} balls" for count, colour in zip(counts, colours, strict=True))
    return LotteryItem(
        id=f"{index:06d}",
        context=f"a bag holds {held}. one ball is drawn.",
        question=phrase(index, "which colour does it have"),
        colours=tuple(colours),
        counts=counts,
    )
