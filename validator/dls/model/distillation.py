"""The signals and data that passed from the teacher to the student."""

from typing import Literal

from dls.model.value import Frozen


class TrainingData(Frozen, frozen=True):
    """One data set of the distillation."""

    name: str
    source: str | None = None
    revision: str | None = None
    sha256: str | None = None
    note: str | None = None


class Distillation(Frozen, frozen=True):
    """The signals and data that passed from the teacher to the student."""

    signals: tuple[Literal["output_text", "logits", "rationales", "features", "preferences", "on_policy_feedback"], ...]
    objective: str
    data: tuple[TrainingData, ...]
    trained_on_probe_items: Literal["yes", "no_overlap_known", "unknown"]
    note: str | None = None
