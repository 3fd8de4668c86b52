"""`boundary.short_twins`: two sentences about two people with common names, and the one that does not answer alone."""

from functools import partial

from dls.draw import Draw
from dls.probes import boundary_twins
from dls.probes.boundary_twins import Told, TwinItem, about
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.probes.shared.vocabulary import COMMON_ATTRIBUTES, FIRST_NAMES

ID = "boundary.short_twins"
PEOPLE = 2


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[TwinItem, ...]:
    """Return ``n`` twins' both sides: 2n items, the answerable one first."""
    return tuple(item for index in range(n) for item in _twins(Draw(ID, seed, index), index, phrasings))


def _twins(draw: Draw, index: int, phrasings: Phrasings) -> tuple[TwinItem, TwinItem]:
    """Tell different things of the two, so that only the sentence with the answer holds a value that could be one."""
    attributes, names = draw.sample(COMMON_ATTRIBUTES, PEOPLE), draw.sample(FIRST_NAMES, PEOPLE)
    pairs = zip(attributes, names, strict=True)
    told = [Told(attribute, name, draw.choice(attribute.values)) for attribute, name in pairs]
    return about(told, draw.below(PEOPLE), index, phrasings)


PROBE = boundary_twins.PROBE._replace(
    id=ID,
    title="Two short sentences or the one that does not answer: does the model tell them apart?",
    items=items,
    from_rows=partial(boundary_twins.items_from_rows, ID),
)
