"""`headline.labels`: a classifier's own task, on texts with their labels from a file."""

from functools import partial

from dls.probe import NO_SHOTS, Measure, PairMeasure, Probe
from dls.probes.shared import choice, labels
from dls.probes.shared.data_files import only_from_file
from dls.probes.shared.labels import LabelRecord, over_choices

ID = "headline.labels"


_near_ties = over_choices(choice.near_ties)

PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="headline",
    title="Texts with one right label each, for classifiers",
    items=only_from_file(ID, "texts with their labels"),
    record=LabelRecord,
    failed=labels.failed,
    shots=NO_SHOTS,
    measures=(
        Measure("accuracy", over_choices(choice.correct), near_ties=_near_ties),
        Measure("balanced_accuracy", labels.prediction_and_label, near_ties=_near_ties),
        Measure("macro_f1", labels.prediction_and_label, near_ties=_near_ties),
        Measure("matthews", labels.prediction_and_label, near_ties=_near_ties),
        PairMeasure("answer_agreement", over_choices(choice.both_choices), reads="logprobs"),
        PairMeasure("flips_lost", over_choices(choice.both_correct)),
        PairMeasure("flips_gained", over_choices(choice.both_correct)),
    ),
    from_rows=partial(labels.items_from_rows, ID),
    file_form=labels.FILE_FORM,
)
