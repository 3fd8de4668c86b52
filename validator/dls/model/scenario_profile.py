"""A scenario profile as its file has it."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from dls.model.claim import LIMITS
from dls.model.items import On
from dls.model.standard_document import StandardDocument
from dls.model.terms import Dimension, ReadingDimension
from dls.model.value import Frozen


class PinnedData(Frozen, frozen=True, kw_only=True):
    """The data file of a target: its digest, the day of its choice, and its independent units, at least.

    ``split`` and ``revision`` say where the whole file is published.
    """

    sha256: str
    fixed_on: str
    units: int
    split: str | None = None
    revision: str | None = None


class ProfileTarget(Frozen, frozen=True, kw_only=True):
    """One target: a margin, a floor or cap, or a retention, and the plan that can decide it.

    Its ``probe`` has to measure it, any probe where that is None, or it is measured ``on`` a data set. The probe's
    items come from a file where ``data`` pins one.

    ``n`` counts independent units (twins, prompts, items). ``assumes`` holds the plan's assumptions: the ``sd`` of one
    unit's loss or value, the ``discordance`` of a paired proportion, the true ``rate`` of the student (for a retention:
    of the teacher), the share of ``errors`` of the model with fewer. ``smallest_detectable_loss`` is in the metric's
    unit; for a floor or cap it is the distance from it at which a student is preserved in 80 % of all samples.
    """

    metric: str
    dimension: ReadingDimension
    kind: Literal["non_inferiority", "absolute", "retention"]
    n: int
    smallest_detectable_loss: float
    assumes: Mapping[Literal["sd", "discordance", "rate", "errors"], float]
    rationale: str
    probe: str | None = None
    on: On | None = None
    data: PinnedData | None = None
    margin: float | None = None
    floor: float | None = None
    cap: float | None = None
    at_least: float | None = None
    chance: float | None = None
    justification: str | None = None

    @property
    def limit(self) -> float:
        """The margin, floor, cap or share that decides."""
        return float(next(value for name in LIMITS if (value := getattr(self, name)) is not None))

    def key(self) -> tuple[str, str | None, On | None, str, bool]:
        """Return the parts in which a parent's and its child's target agree when they are about the same value."""
        return self.metric, self.probe, self.on, self.kind, self.floor is not None


class NotRequired(Frozen, frozen=True):
    """A dimension that the use does not need, with the reason."""

    dimension: Dimension
    reason: str


class Parent(Frozen, frozen=True):
    """The pinned profile that another one extends."""

    id: str
    version: str
    sha256: str


class ProfileFile(StandardDocument, frozen=True, kw_only=True):
    """A profile as its file has it."""

    dls_scenario: Literal["1.0"]
    id: str
    version: str
    title: str
    rationale: str
    population: str
    required: tuple[Dimension, ...]
    not_required: tuple[NotRequired, ...]
    targets: tuple[ProfileTarget, ...]
    extends: Parent | None = None
    arms_may_differ_in: tuple[Literal["prompt_format", "fold_system", "frame", "dtype"], ...] = ()
    max_new_tokens: int | None = None
    thoughts: Literal["closed"] | None = None
    max_thought_tokens: int | None = None
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)
