"""`diversity.listed_answers`: questions that list their four answers, each as good as any other."""

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
    asked, values = SETS[index % len(SETS)]
    *first_values, last = listed = draw.sample(values, LIST_SIZE)
    ask = f"{asked} do you pick, {', '.join(first_values)} or {last}"
    return OpenItem(f"{index:06d}", phrase(index // len(SETS), ask, phrasings), tuple(listed))


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
