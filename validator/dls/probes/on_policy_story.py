"""`on_policy.story`: open stories of short sentences, told on and on from the model's own words."""

import msgspec

from dls.draw import Draw
from dls.probes.phrasings import phrase
from dls.probes.words import ANIMALS, FOODS, NAMES, TOWNS

ID = "on_policy.story"
POSITIONS = 48


class StoryItem(msgspec.Struct, frozen=True):
    """A wish for a story about somebody."""

    id: str
    question: str


def items(seed: int, n: int) -> tuple[StoryItem, ...]:
    """Return ``n`` wishes for a story, each about one person."""
    return tuple(
        StoryItem(f"{index:06d}", phrase(index, f"what did {Draw(ID, seed, index).choice(NAMES)} do today"))
        for index in range(n)
    )


def story(draw: Draw, name: str) -> str:
    """Tell one of the stories that the item language knows: three to five different things, then the end."""
    things = (
        f"{name} went to {draw.choice(TOWNS)}",
        f"{name} ate {draw.choice(FOODS)}",
        f"{name} saw a {draw.choice(ANIMALS)}",
        f"{name} met {draw.choice(NAMES)}",
        f"{name} slept",
    )
    told = draw.sample(things, draw.between(3, 5))
    return ". then ".join(told) + ". the end."
