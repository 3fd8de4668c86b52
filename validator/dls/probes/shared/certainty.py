"""What else is read off the options' probabilities: the whole of them, how spread they are, and who is at a border."""

import math
from collections.abc import Callable, Sequence

from dls.probes.shared.choice import Answer, ChoiceItem, ChoiceRecord, answers, near_ties
from dls.probes.shared.ties import near

Items = Sequence[ChoiceItem]
Records = Sequence[ChoiceRecord]


def squared_errors(items: Items, records: Records) -> list[float]:
    """Return Σ_k (p_k − 1[k is right])² of every item: the terms of the Brier score over all options, in [0, 2]."""
    return [
        sum((p - (k == found.right)) ** 2 for k, p in enumerate(found.probabilities))
        for found in answers(items, records)
    ]


def confidence(items: Items, records: Records) -> list[float]:
    """Return the probability of the chosen option, of every item."""
    return [found.confidence for found in answers(items, records)]


def entropies(items: Items, teacher: Records, student: Records) -> list[tuple[float, float]]:
    """Return both models' entropy over the options, in nats, of every item."""
    pairs = zip(answers(items, teacher), answers(items, student), strict=True)
    return [(_entropy(one), _entropy(other)) for one, other in pairs]


def _entropy(found: Answer) -> float:
    return -sum(p * math.log(p) for p in found.probabilities if p > 0)


def near_border(coverage: float) -> Callable[[Items, Records], int]:
    """Return the count of items that noise could turn where the most confident share of them is looked at.

    These are the near ties between options, and the items whose confidence lies too close to the least confident
    one's that is still looked at, itself left out.
    """

    def count(items: Items, records: Records) -> int:
        sure = sorted((math.log(value) for value in confidence(items, records)), reverse=True)
        border = sure[math.ceil(coverage * len(sure)) - 1]
        return near_ties(items, records) + sum(near(value, border) for value in sure) - 1

    return count
