"""The stories of the item language."""

from dls.draw import Draw
from dls.probes.shared.vocabulary import ANIMALS, FOODS, NAMES, TOWNS


def story(draw: Draw, name: str) -> str:
    """Write a story of the item language about a person: three to five different things, then the end."""
    things = (
        f"{name} went to {draw.choice(TOWNS)}",
        f"{name} ate {draw.choice(FOODS)}",
        f"{name} saw a {draw.choice(ANIMALS)}",
        f"{name} met {draw.choice(NAMES)}",
        f"{name} slept",
    )
    return ". then ".join(draw.sample(things, draw.between(3, 5))) + ". the end."
