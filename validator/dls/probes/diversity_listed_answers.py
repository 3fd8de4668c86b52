"""`diversity.listed_answers`: questions that list their four equally good answers."""

from functools import partial

from dls.draw import Draw
from dls.probes import diversity_open_answer
from dls.probes.diversity_open_answer import DIGITS, OpenItem
from dls.probes.shared.per_item import numbered
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.vocabulary import ANIMALS, COLOURS, DAYS, FOODS

ID = "diversity.listed_answers"
SETS = (
    ("which colour", COLOURS),
    ("which food", FOODS),
    ("which animal", ANIMALS),
    ("which day", DAYS),
    ("which number", DIGITS),
)
LIST_SIZE = 4


def _item(draw: Draw, index: int, phrasings: Phrasings) -> OpenItem:
    question, values = SETS[index % len(SETS)]
    *start, last = answers = draw.sample(values, LIST_SIZE)
    text = f"{question} do you pick, {', '.join(start)} or {last}"
    return OpenItem(f"{index:06d}", phrase(index // len(SETS), text, phrasings), tuple(answers))


items = numbered(ID, _item)
"""Questions, the sets in turn, each with four of the set's answers to pick from."""

PROBE = diversity_open_answer.PROBE._replace(
    id=ID,
    title="Questions that list four answers: the exact spread over them, and sixteen samples of each",
    items=items,
    shots=partial(diversity_open_answer.shots, items),
    from_rows=partial(diversity_open_answer.items_from_rows, ID),
    stands_for=diversity_open_answer.ID,
)
