"""`headline.multiple_choice`: easy questions of six kinds; the task score that everybody reports."""

from dls.draw import Draw
from dls.probes.choice import ChoiceItem, choice_item, phrased
from dls.probes.questions import KINDS

ID = "headline.multiple_choice"


def items(seed: int, n: int) -> tuple[ChoiceItem, ...]:
    """Return ``n`` items of level 1, the kinds in turn."""
    return tuple(_item(Draw(ID, seed, index), index) for index in range(n))


def _item(draw: Draw, index: int) -> ChoiceItem:
    kind, ask = KINDS[index % len(KINDS)]
    question = phrased(ask(draw, 1), index // len(KINDS))
    return choice_item(draw, index, kind, 1, question)
