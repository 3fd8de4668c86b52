"""A claim: one metric on one set of items, with the outcomes of its targets."""

from typing import Any, Literal

import msgspec

from dls.model.items import Items, On, ProbeName
from dls.model.reading import Flips, Loss, Ratio, Reading
from dls.model.terms import ClaimOutcome, Mark, Outcome, ReadingDimension, Reason
from dls.model.value import Frozen


class Judge(Frozen, frozen=True):
    """A judge model, pinned."""

    name: str
    revision: str


LIMITS = ("margin", "floor", "cap", "at_least")
"""The members of a target that may state its limit; a target has one of them."""

PROFILE_MEMBERS = ("kind", *LIMITS, "chance")
"""The members of a target that a claim repeats from its profile."""


class Target(Frozen, frozen=True):
    """One target with its outcome."""

    kind: Literal["non_inferiority", "absolute", "retention"]
    outcome: Outcome
    margin: float | None = None
    floor: float | None = None
    cap: float | None = None
    at_least: float | None = None
    chance: float | None = None
    p: float | None = None
    adjusted_p: float | None = None


class Claim(Frozen, frozen=True, kw_only=True):
    """One metric on one set of items; the members stand in the order in which people read them."""

    id: str
    dimension: ReadingDimension
    metric: str
    probe: ProbeName | None = None
    on: On | None = None
    items: Items | None = None
    comparator: Literal["teacher", "student_base", "control"]
    teacher: Reading | None = None
    reference: Reading | None = None
    student: Reading | None = None
    pair: Reading | None = None
    loss: Loss | None = None
    retention: Reading | None = None
    flips: Flips | None = None
    ratio: Ratio | None = None
    targets: tuple[Target, ...]
    outcome: ClaimOutcome
    marks: tuple[Mark, ...] = ()
    reason: Reason | None = None
    evidence: tuple[str, ...]
    runs: int | None = None
    judge: Judge | None = None
    note: str | None = None
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def baseline(self) -> Reading | None:
        """The value that the student is compared with."""
        return self.teacher if self.comparator == "teacher" else self.reference
