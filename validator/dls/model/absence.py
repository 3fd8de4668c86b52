"""The parts that a statement does not show."""

from typing import Literal

from dls.model.terms import ReadingDimension
from dls.model.value import Frozen


class Absence(Frozen, frozen=True):
    """A dimension or metric that was not measured, does not apply or is withheld."""

    dimension: ReadingDimension
    status: Literal["not_measured", "not_applicable", "withheld"]
    justification: Literal[
        "no_training_data_access",
        "insufficient_model_access",
        "no_probe_for_modality",
        "too_costly",
        "not_in_source",
        "legal_restriction",
        "modality",
        "no_such_function",
        "security",
        "third_party_confidential",
    ]
    note: str
    metric: str | None = None
    probe: str | None = None

    def covers(self, dimension: str, metric: str, probe: str | None) -> bool:
        """Whether it declares a metric absent; by a probe, where it names one."""
        about = self.dimension == dimension and self.metric in (None, metric)
        return about and (self.probe is None or probe in (None, self.probe))
