"""`uncertainty.labels`: is a classifier as sure of its label as it should be, and does it know its errors?"""

from functools import partial

from dls.probe import NO_SHOTS, Check, Measure, PairMeasure, Probe
from dls.probes.shared import certainty, choice, labels
from dls.probes.shared.data_files import only_from_file
from dls.probes.shared.labels import Items, LabelRecord, Records, over_choices

ID = "uncertainty.labels"
ABOVE_CHANCE = 0.25  # random answers of two labels stay below it from 100 items on


def above_chance(items: Items, records: Records) -> float:
    """Return (balanced accuracy − chance) / (1 − chance), at most 1.

    Chance is 1 / the number of labels that are right for some item. A model that always gives the most frequent label,
    or a random one, has 0, however rare the rest are. Where all items have one right label, the result is 0 as well.
    """
    hits: dict[str, list[bool]] = {item.label: [] for item in items}
    for item, record in zip(items, records, strict=True):
        hits[item.label].append(labels.top(record) == item.label)
    if len(hits) == 1:
        return 0.0
    chance = 1 / len(hits)
    accuracy = sum(sum(marks) / len(marks) for marks in hits.values()) * chance
    return (accuracy - chance) / (1 - chance)


_confidence_and_correct = over_choices(choice.confidence_and_correct)

PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="uncertainty",
    title="Texts with one right label each: the probability of the chosen label beside how often it is right",
    items=only_from_file(ID, "texts with their labels"),
    record=LabelRecord,
    failed=labels.failed,
    shots=NO_SHOTS,
    measures=(
        Measure("brier_top_label", _confidence_and_correct),
        Measure("brier", over_choices(choice.probabilities_and_right)),
        Measure("nll", over_choices(choice.probability_of_right)),
        Measure("ece", _confidence_and_correct),
        Measure("ece_debiased_squared", _confidence_and_correct),
        Measure("aurc", _confidence_and_correct),
        Measure("augrc", _confidence_and_correct),
        Measure("error_auroc", _confidence_and_correct),
        Measure("selective_risk_80", _confidence_and_correct, near_ties=over_choices(certainty.near_border(0.8))),
        Measure("selective_risk_90", _confidence_and_correct, near_ties=over_choices(certainty.near_border(0.9))),
        Measure("mean_confidence", over_choices(choice.confidence)),
        Measure("overconfidence_gap", _confidence_and_correct),
        PairMeasure("entropy_correlation", over_choices(certainty.both_entropies)),
    ),
    checks=(Check("above_chance", above_chance, ABOVE_CHANCE, access="logprobs"),),
    from_rows=partial(labels.items_from_rows, ID),
    file_form=labels.FILE_FORM,
)
