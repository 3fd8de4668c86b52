"""The acceptance of a loss or an absence."""

from dls.model.absence import Absence
from dls.model.terms import ReadingDimension
from dls.model.value import Frozen


class Acceptance(Frozen, frozen=True):
    """Why a lost, inconclusive or unmeasured result is acceptable."""

    reason: str
    borne_by: str
    mitigation: str
    monitoring: str
    accepted_by: str
    review_by: str
    claim: str | None = None
    dimension: ReadingDimension | None = None
    metric: str | None = None

    def covers(self, absence: Absence) -> bool:
        """Whether it accepts an absence: by its metric, or its whole dimension."""
        return self.dimension == absence.dimension and self.metric in (None, absence.metric)
