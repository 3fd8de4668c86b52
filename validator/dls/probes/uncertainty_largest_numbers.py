"""`uncertainty.largest_numbers`: which of four numbers is the largest, from far apart to close together."""

from functools import partial

from dls.draw import Draw
from dls.probes import uncertainty_multiple_choice
from dls.probes.shared import choice_file
from dls.probes.shared.choice import ChoiceItem
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.probes.shared.questions import Kinds, largest_number
from dls.probes.uncertainty_multiple_choice import graded

ID = "uncertainty.largest_numbers"
GRADED: Kinds = (("largest", largest_number),)


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[ChoiceItem, ...]:
    """Return ``n`` questions of one kind, its levels in turn."""
    return tuple(graded(Draw(ID, seed, index), index, GRADED, phrasings) for index in range(n))


PROBE = uncertainty_multiple_choice.PROBE._replace(
    id=ID,
    title="The largest of four numbers, from easy to hard; the four options in each of their four rotations",
    items=items,
    from_rows=partial(choice_file.items_from_rows, ID),
)
