"""A metric that a statement defines itself."""

from typing import Literal

from dls.model.terms import ReadingDimension
from dls.model.value import Frozen


class OwnMetric(Frozen, frozen=True):
    """A metric that is not in the registry."""

    id: str
    dimension: ReadingDimension
    definition: str
    unit: str
    direction: Literal["higher", "lower", "target", "neutral"]
    kind: str
    low: float | None = None
    high: float | None = None
    target: float | None = None
