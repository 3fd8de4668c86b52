"""`boundary.short_twins`: two sentences about people with common names; the twin lacks the one with the answer."""

from functools import partial

from dls.draw import Draw
from dls.probes import boundary_twins
from dls.probes.boundary_twins import Fact, TwinItem, fact_twins
from dls.probes.shared.per_item import numbered_pairs
from dls.probes.shared.phrasings import Phrasings
from dls.probes.shared.vocabulary import COMMON_ATTRIBUTES, FIRST_NAMES

ID = "boundary.short_twins"
PEOPLE = 2


def _twins(draw: Draw, index: int, phrasings: Phrasings) -> tuple[TwinItem, TwinItem]:
    """State different attributes of the two people: only the sentence with the answer holds a possible value."""
    attributes, names = draw.sample(COMMON_ATTRIBUTES, PEOPLE), draw.sample(FIRST_NAMES, PEOPLE)
    pairs = zip(attributes, names, strict=True)
    facts = [Fact(attribute, name, draw.choice(attribute.values)) for attribute, name in pairs]
    return fact_twins(facts, draw.below(PEOPLE), index, phrasings)


items = numbered_pairs(ID, _twins)
"""Both twins of each unit, the answerable one first."""

PROBE = boundary_twins.PROBE._replace(
    id=ID,
    title="Two short sentences, with and without the answer: does the model abstain where it is missing?",
    items=items,
    shots=partial(boundary_twins.shots, items, 10),
    from_rows=partial(boundary_twins.items_from_rows, ID),
    stands_for=boundary_twins.ID,
)
