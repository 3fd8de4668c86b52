"""`fidelity.labels`: how alike are the distributions over labels that teacher and student give to the same text?"""

from collections.abc import Callable
from functools import partial
from typing import Any

from dls.probe import PairMeasure, Probe
from dls.probes.shared import labels
from dls.probes.shared.data_files import only_from_file
from dls.probes.shared.labels import Items, LabelRecord, Records
from dls.probes.shared.masses import LOWEST

ID = "fidelity.labels"


def _apart(name: str, *, reverse: bool = False) -> Callable[[Items, Records, Records], list[float]]:
    """Return a divergence of `dls.metrics.divergence` as rows, of the student to the teacher where reversed."""

    def rows(_items: Items, teacher: Records, student: Records) -> list[float]:
        from dls.metrics import divergence

        sides = _aligned(teacher, student)
        return [float(value) for value in getattr(divergence, name)(*(sides[::-1] if reverse else sides))]

    return rows


def _aligned(teacher: Records, student: Records) -> tuple[Any, Any]:
    """Return both models' log-probabilities, [items, labels], the labels by name; what a record lacks is e^−50."""
    import numpy as np

    names = sorted({name for record in (*teacher, *student) for name in record.logprobs})
    teacher_side, student_side = (
        np.array([[record.logprobs.get(name, LOWEST) for name in names] for record in records], dtype=np.float64)
        for records in (teacher, student)
    )
    return teacher_side, student_side


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="fidelity",
    title="Labelled texts: do both classifiers choose the same label, and with the same probability?",
    items=only_from_file(ID, "texts with their labels"),
    record=LabelRecord,
    failed=labels.failed,
    measures=(
        PairMeasure("top1_agreement", _apart("same_top")),
        PairMeasure("kl_teacher_student", _apart("kl")),
        PairMeasure("kl_student_teacher", _apart("kl", reverse=True)),
        PairMeasure("jsd", _apart("jsd")),
        PairMeasure("tv", _apart("tv")),
    ),
    from_rows=partial(labels.items_from_rows, ID),
    file_form=labels.FILE_FORM,
)
