"""Abstaining in one variant of a contrast pair and answering in the other, by the openings: the soft measures."""

import msgspec

from dls.probe import LogProbability, Measure
from dls.probes.shared import ties
from dls.probes.shared.masses import share
from dls.probes.shared.per_item import Inputs, both_variants, by_record, count, first_variant, second_variant


class AbstentionRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of some answers and of abstaining."""

    id: str
    values: tuple[LogProbability, ...]
    abstain: LogProbability


def _p_abstain(record: AbstentionRecord) -> float:
    """Return the share of abstaining in the mass of all scored answers."""
    return share([record.abstain], record.values)


def _abstains(record: AbstentionRecord) -> float:
    return float(record.abstain > max(record.values))


def _near(record: AbstentionRecord) -> bool:
    return ties.near(record.abstain, max(record.values))


p_abstain = by_record(_p_abstain)
"""The share of abstaining in the mass of all scored answers, of each item."""
abstains = by_record(_abstains)
"""1 for each item where abstaining is likelier than each of the answers, otherwise 0."""
near_ties = by_record(_near)
"""Whether noise could turn the decision to abstain, of each item."""


def by_variant(inputs: Inputs[float]) -> Inputs[tuple[float, float]]:
    """Return the entry where abstaining is right, and the one where it is wrong, of each pair of twins."""
    return both_variants(second_variant(inputs), first_variant(inputs))


def abstention_measures(
    p_abstain: Inputs[float] = p_abstain, abstains: Inputs[float] = abstains, near_ties: Inputs[bool] = near_ties
) -> tuple[Measure, ...]:
    """Return the measures of contrast pairs whose first variant holds the answer.

    Args:
        p_abstain: the probability of abstaining, of each item, in [0, 1].
        abstains: 1 for each item where the model abstains, otherwise 0.
        near_ties: whether noise could turn that decision, of each item.
    """
    return (
        Measure("abstention_soft_j", by_variant(p_abstain), "cluster"),
        Measure("abstention_recall", second_variant(abstains), "cluster", count(second_variant(near_ties))),
        Measure("over_abstention", first_variant(abstains), "cluster", count(first_variant(near_ties))),
        Measure("abstention_hard_j", by_variant(abstains), "cluster", count(near_ties)),
        Measure("abstention_auroc", by_variant(p_abstain), "cluster"),
    )
