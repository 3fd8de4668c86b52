"""Why what was lost, or not shown, is acceptable."""

from dls.model.terms import ReadingDimension
from dls.model.value import Frozen


class Acceptance(Frozen, frozen=True):
    """Why something lost, inconclusive or unmeasured is acceptable."""

    reason: str
    borne_by: str
    mitigation: str
    monitoring: str
    accepted_by: str
    review_by: str
    claim: str | None = None
    dimension: ReadingDimension | None = None
    metric: str | None = None
