"""`grounding.worlds`: numbered texts about invented people; the answer and its source stand in one of them."""

import msgspec

from dls.draw import Draw
from dls.probes.phrasings import phrase
from dls.probes.words import ATTRIBUTES, NAMES

ID = "grounding.worlds"
DISTRACTORS = (0, 2, 6)


class WorldItem(msgspec.Struct, frozen=True):
    """A question to a numbered text; `source` is the number of the sentence that answers it, `other` a value of another one."""

    id: str
    distractors: int
    context: str
    question: str
    answer: str
    other: str
    source: int


def items(seed: int, n: int) -> tuple[WorldItem, ...]:
    """Return ``n`` worlds with none, two or six distracting sentences in turn."""
    return tuple(_item(Draw(ID, seed, index), index) for index in range(n))


def _item(draw: Draw, index: int) -> WorldItem:
    distractors = DISTRACTORS[index % len(DISTRACTORS)]
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(NAMES, distractors + 1)
    answer, other = draw.sample(attribute.values, 2)
    values = [answer, *(draw.choice([v for v in attribute.values if v != answer]) for _ in names[1:])]
    facts = draw.shuffled([attribute.state(name, value) for name, value in zip(names, values, strict=True)])
    source = 1 + facts.index(attribute.state(names[0], answer))
    return WorldItem(
        id=f"{index:06d}",
        distractors=distractors,
        context=" ".join(f"[{number}] {fact}" for number, fact in enumerate(facts, 1)),
        question=phrase(index // len(DISTRACTORS), f"{attribute.ask(names[0])}, and which source says so"),
        answer=answer,
        other=values[1] if distractors else other,
        source=source,
    )
