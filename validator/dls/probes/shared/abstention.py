"""The measures of abstaining in one variant of a contrast pair and answering in the other."""

from dls.probe import Measure
from dls.probes.shared.per_item import Inputs, both_variants, count, first_variant, second_variant


def by_variant(inputs: Inputs[float]) -> Inputs[tuple[float, float]]:
    """Return the entry where abstaining is right, and the one where it is wrong, of each pair of twins."""
    return both_variants(second_variant(inputs), first_variant(inputs))


def abstention_measures(
    p_abstain: Inputs[float], abstains: Inputs[float], near_ties: Inputs[bool]
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
