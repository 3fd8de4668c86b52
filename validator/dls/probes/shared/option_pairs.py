"""How far apart two models are on the written-out options of an item, whatever their tokenizers."""

from collections.abc import Sequence

from dls.probes.shared.choice import ChoiceItem, ChoiceRecord


def option_divergence(
    _items: Sequence[ChoiceItem], teacher: Sequence[ChoiceRecord], student: Sequence[ChoiceRecord]
) -> list[float]:
    """Return the Jensen-Shannon divergence of every item, in nats, in [0, log 2]: over the options and one bucket for the rest.

    Several rotations of an item are averaged. Nothing is renormalised, so that it is a lower bound of the divergence
    over all texts.
    """
    import numpy as np

    from dls.metrics.divergence import jsd, with_rest

    sides = (np.array([record.logprobs for record in records], dtype=np.float64) for records in (teacher, student))
    apart = jsd(*(with_rest(side) for side in sides)).mean(axis=-1)
    return [float(value) for value in np.clip(apart, 0.0, np.log(2))]
