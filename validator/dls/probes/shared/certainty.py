"""How spread the options' probabilities are, and which items stand at a threshold of confidence."""

import math
from collections.abc import Callable

from dls.probes.shared.choice import Items, Records, answers, confidence, near_ties
from dls.probes.shared.per_item import of_both_models
from dls.probes.shared.ties import near


def entropies(items: Items, records: Records) -> list[float]:
    """Return the entropy over the options, in nats, of each item."""
    return [-sum(p * math.log(p) for p in answer.probabilities if p > 0) for answer in answers(items, records)]


both_entropies = of_both_models(entropies)


def near_border(coverage: float) -> Callable[[Items, Records], int]:
    """Return the count of items that noise could move into or out of the most confident share of the items.

    It counts the near ties between options. It also counts each item whose confidence lies too close to that of the
    least confident item within the share, except that item itself.
    """

    def count(items: Items, records: Records) -> int:
        logs = sorted((math.log(value) for value in confidence(items, records)), reverse=True)
        border = logs[math.ceil(coverage * len(logs)) - 1]
        return near_ties(items, records) + sum(near(value, border) for value in logs) - 1

    return count
