"""`fidelity.labels`: how alike are the teacher's and the student's distributions over the labels of a text?"""

from functools import partial

from dls.probe import NO_SHOTS, PairMeasure, Probe
from dls.probes.shared import labels
from dls.probes.shared.data_files import only_from_file
from dls.probes.shared.labels import Items, LabelRecord, Records
from dls.standard.numbers import LOWEST_NATS

ID = "fidelity.labels"


def _both_distributions(
    _items: Items, teacher: Records, student: Records
) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Return both models' log-probabilities of each item, [labels] each, by label name; an absent label has e^−50."""
    names = sorted({name for record in (*teacher, *student) for name in record.logprobs})
    first, second = (
        [tuple(record.logprobs.get(name, LOWEST_NATS) for name in names) for record in records]
        for records in (teacher, student)
    )
    return list(zip(first, second, strict=True))


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="fidelity",
    title="Labelled texts: do both classifiers choose the same label, and with the same probability?",
    items=only_from_file(ID, "texts with their labels"),
    record=LabelRecord,
    failed=labels.failed,
    shots=NO_SHOTS,
    measures=(
        PairMeasure("top1_agreement", _both_distributions),
        PairMeasure("kl_teacher_student", _both_distributions),
        PairMeasure("kl_student_teacher", _both_distributions),
        PairMeasure("jsd", _both_distributions),
        PairMeasure("tv", _both_distributions),
    ),
    from_rows=partial(labels.items_from_rows, ID),
    file_form=labels.FILE_FORM,
)
