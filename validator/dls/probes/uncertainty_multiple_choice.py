"""`uncertainty.multiple_choice`: questions of graded difficulty, so that a model has something to be unsure about."""

from dls.draw import Draw
from dls.probes.choice import ChoiceItem, choice_item, phrased
from dls.probes.questions import KINDS, LEVELS

ID = "uncertainty.multiple_choice"
GRADED = KINDS[:5]


def items(seed: int, n: int) -> tuple[ChoiceItem, ...]:
    """Return ``n`` items, every kind at every level in turn."""
    return tuple(_item(Draw(ID, seed, index), index) for index in range(n))


def _item(draw: Draw, index: int) -> ChoiceItem:
    kind, ask = GRADED[index % len(GRADED)]
    level = 1 + index // len(GRADED) % LEVELS
    question = phrased(ask(draw, level), index // (len(GRADED) * LEVELS))
    return choice_item(draw, index, kind, level, question)
