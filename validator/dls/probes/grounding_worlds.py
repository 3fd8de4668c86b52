"""`grounding.worlds`: numbered texts about invented people; the answer and its source stand in one of them."""

import re
from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.probe import Check, Divergence, LogProbability, Measure, Probability, Probe
from dls.probes import ties
from dls.probes.answers import CONFIDENCE, VALUES, first_named, values_beside, words
from dls.probes.masses import LOWEST, mean, sigmoid
from dls.probes.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.words import ATTRIBUTES, NAMES

ID = "grounding.worlds"
DISTRACTORS = (0, 2, 6)
_CITED = re.compile(r"\[ ?([0-9]{1,4}) ?\]")


class WorldItem(msgspec.Struct, frozen=True):
    """A question to a numbered text; `source` is the number of the sentence that answers it, `other` a value of another one."""

    id: str
    distractors: int
    context: str
    question: str
    answer: str
    other: str
    source: int


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[WorldItem, ...]:
    """Return ``n`` worlds with none, two or six distracting sentences in turn."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> WorldItem:
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
        question=phrase(index // len(DISTRACTORS), f"{attribute.ask(names[0])}, and which source says so", phrasings),
        answer=answer,
        other=values[1] if distractors else other,
        source=source,
    )


class WorldRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the right value and of the competing one, and the greedy answer with its confidence.

    `gap`: how far, in nats, the two likeliest tokens lie apart at the closest place of the greedy answer.
    """

    id: str
    answer: LogProbability
    other: LogProbability
    text: str
    confidence: Probability
    gap: Divergence


Items = Sequence[WorldItem]
Records = Sequence[WorldRecord]


def _failed(item: WorldItem) -> WorldRecord:
    return WorldRecord(item.id, LOWEST, 0.0, "", 0.0, -LOWEST)


def _margins(_items: Items, records: Records) -> list[float]:
    return [sigmoid(record.answer - record.other) for record in records]


def _right(items: Items, records: Records) -> list[float]:
    """Return 1 where the first value that the answer names is the right one, else 0."""
    return [
        float(first_named(record.text, values_beside(item.answer)) == item.answer)
        for item, record in zip(items, records, strict=True)
    ]


def _right_with_distractors(items: Items, records: Records) -> list[float]:
    return [right for item, right in zip(items, _right(items, records), strict=True) if item.distractors]


def _near_ties(_items: Items, records: Records) -> int:
    return sum(ties.near(record.gap, 0.0) for record in records)


def _near_ties_with_distractors(items: Items, records: Records) -> int:
    return sum(ties.near(r.gap, 0.0) for item, r in zip(items, records, strict=True) if item.distractors)


def cited(text: str) -> frozenset[int]:
    """Return the numbers of the sentences that an answer cites, written ``[2]``."""
    return frozenset(map(int, _CITED.findall(text)))


def _precision(items: Items, records: Records) -> list[float]:
    found = [(item.source, cited(record.text)) for item, record in zip(items, records, strict=True)]
    return [float(source in sources) / max(len(sources), 1) for source, sources in found]


def _recall(items: Items, records: Records) -> list[float]:
    return [float(item.source in cited(record.text)) for item, record in zip(items, records, strict=True)]


def _unsupported(items: Items, records: Records) -> list[float]:
    """Return 1 for every answer that names a value which the context does not hold, else 0."""
    return [
        float(any(word in VALUES and word not in words(item.context) for word in words(record.text)))
        for item, record in zip(items, records, strict=True)
    ]


def _answered(items: Items, records: Records) -> float:
    """Return the share of answers that open with a value of the kind asked for, right or wrong.

    The margin is between two such openings: whoever ends at once or opens otherwise has one that nobody gets to see.
    """
    openings = [(words(record.text) or [""])[0] for record in records]
    return mean([float(one in values_beside(item.answer)) for item, one in zip(items, openings, strict=True)])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="grounding",
    title="Numbered texts about invented people: the answer, its source, and texts that distract",
    items=items,
    record=WorldRecord,
    failed=_failed,
    measures=(
        Measure("context_margin", _margins),
        Measure("context_accuracy", _right, near_ties=_near_ties),
        Measure("citation_precision", _precision),
        Measure("citation_recall", _recall),
        Measure("distractor_robustness", _right_with_distractors, near_ties=_near_ties_with_distractors),
        Measure("unsupported_claim_rate", _unsupported),
    ),
    checks=(Check("answered", _answered), CONFIDENCE),
)
