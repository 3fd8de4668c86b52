"""`uncertainty.largest_numbers`: the largest of four numbers, from far apart to close together."""

from functools import partial

from dls.probe import SHOT_SEED, Shot
from dls.probes import uncertainty_multiple_choice
from dls.probes.shared import choice, choice_file
from dls.probes.shared.per_item import numbered
from dls.probes.shared.questions import Kinds, largest_number
from dls.probes.uncertainty_multiple_choice import graded_item

ID = "uncertainty.largest_numbers"
KINDS: Kinds = (("largest", largest_number),)

items = numbered(ID, partial(graded_item, kinds=KINDS))
"""Questions of one kind, its levels in turn."""


def _shots() -> list[Shot]:
    """Solve two questions of each level."""
    return [choice.shot(item) for item in items(SHOT_SEED, 8)]


PROBE = uncertainty_multiple_choice.PROBE._replace(
    id=ID,
    title="The largest of four numbers, from easy to hard; the four options in each of their four rotations",
    items=items,
    shots=_shots,
    from_rows=partial(choice_file.items_from_rows, ID),
    stands_for=uncertainty_multiple_choice.ID,
)
