"""`boundary.twins`: a text that holds the answer, and the same text without that sentence."""

import msgspec

from dls.draw import Draw
from dls.probes.phrasings import phrase
from dls.probes.words import ATTRIBUTES, NAMES, NOT_STATED

ID = "boundary.twins"
PEOPLE = 5


class TwinItem(msgspec.Struct, frozen=True):
    """One of two twins; `answer` is what the text says, "not stated" in the twin that lacks the sentence."""

    id: str
    cluster: str
    context: str
    question: str
    values: tuple[str, ...]
    answer: str


def items(seed: int, n: int) -> tuple[TwinItem, ...]:
    """Return ``n`` twins' both sides: 2n items, the answerable one first."""
    return tuple(item for index in range(n) for item in _twins(Draw(ID, seed, index), index))


def _twins(draw: Draw, index: int) -> tuple[TwinItem, TwinItem]:
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(NAMES, PEOPLE)
    values = [draw.choice(attribute.values) for _ in names]
    asked = draw.below(PEOPLE)
    facts = [attribute.state(name, value) for name, value in zip(names, values, strict=True)]
    cluster = f"{index:06d}"

    def twin(side: str, shown: list[str], answer: str) -> TwinItem:
        ask = f"{attribute.ask(names[asked])}, or is it {NOT_STATED}"
        return TwinItem(f"{cluster}/{side}", cluster, " ".join(shown), phrase(index, ask), attribute.values, answer)

    without = facts[:asked] + facts[asked + 1 :]
    return twin("answerable", facts, values[asked]), twin("unanswerable", without, NOT_STATED)
