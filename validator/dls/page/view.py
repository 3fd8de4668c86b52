"""The values that a page shows, in its order; all texts are those of the document, not yet escaped for a format."""

from typing import Literal

import msgspec

from dls.judging.limit_use import LimitUse
from dls.model import Assurance, ClaimOutcome

LOW, HIGH = -1.0, 3.0
"""The ends of the axis of limits; beyond them stands an arrow with its number."""

Acceptedness = Literal["accepted", "not accepted", "no acceptance owed"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a page."""


class ModelView(Part, frozen=True):
    """A model: its name, the place that it comes from, and the digest of its weights."""

    name: str
    source: str | None = None
    revision: str | None = None
    weights_sha256: str | None = None


class FindingView(Part, frozen=True):
    """A finding of `dls validate`."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    line: int
    pointer: str


class AcceptanceView(Part, frozen=True):
    """An acceptance, whole. `is_overdue`: the day of its review has passed."""

    reason: str
    borne_by: str
    mitigation: str
    monitoring: str
    accepted_by: str
    review_by: str
    is_overdue: bool


class Row(Part, frozen=True):
    """One target of one claim.

    `outcome` is the worse of the declared outcome and the one that follows from the numbers. `place` is None where the
    target has no scale on the axis, and `place_note` says why.
    """

    claim: str
    dimension: str
    metric: str
    title: str
    probe: str | None
    teacher: str
    student: str
    loss: str
    limit: str
    n: int | None
    outcome: ClaimOutcome
    declared: ClaimOutcome
    reason: str | None
    marks: tuple[str, ...]
    place: LimitUse | None
    place_note: str | None
    acceptedness: Acceptedness | None


class AbsenceView(Part, frozen=True):
    """A dimension or metric without a number. `status` is `not_stated` where the document says nothing of it."""

    dimension: str
    metric: str | None
    title: str
    status: str
    label: str
    note: str
    is_required: bool
    acceptance: AcceptanceView | None
    acceptedness: Acceptedness | None


class Group(Part, frozen=True):
    """A dimension with its targets, its absences, and the number of its claims without a target."""

    dimension: str
    question: str
    rows: tuple[Row, ...]
    absences: tuple[AbsenceView, ...]
    other_claims: int


class OpenClaim(Part, frozen=True):
    """A claim that is lost or inconclusive, with its acceptance; `share`: of its margin, the largest of its targets."""

    claim: str
    dimension: str
    title: str
    outcome: ClaimOutcome
    numbers: str
    share: str | None
    reason: str | None
    acceptance: AcceptanceView | None
    acceptedness: Acceptedness


class FailedCheck(Part, frozen=True):
    """A validity check that the teacher passes and the student fails; `titles`: of the claims with targets on it."""

    check: str
    probe: str
    teacher: str
    student: str
    floor: str
    titles: tuple[str, ...]


class OtherClaim(Part, frozen=True):
    """A claim without a target."""

    claim: str
    dimension: str
    metric: str
    title: str
    comparator: str
    teacher: str
    student: str
    loss: str
    n: int | None


class ListedRun(Part, frozen=True):
    """A reproduction that the statement lists; `result` says what its report holds where it is at hand."""

    by: str
    performed_on: str
    result: str


class Checks(Part, frozen=True):
    """How far the statement was checked, by whom, and the commands that check it again."""

    claimed: Assurance | None
    established: Assurance
    errors: int
    warnings: int
    recomputed: str | None
    second_runs: tuple[ListedRun, ...]
    commands: tuple[str, ...]


class VerdictLine(Part, frozen=True):
    """The targets of the profile, counted, and the line that says it in words."""

    met: int
    targets: int
    lost: int
    inconclusive: int
    absent: int
    is_accepted: bool
    text: str


class Bin(Part, frozen=True):
    """Items of similar confidence: their mean confidence, the share of right answers with its 90 % interval."""

    n: int
    confidence: float
    accuracy: float
    low: float
    high: float


class ModelCurves(Part, frozen=True):
    """Of one model: bins of confidence, and the error rate among the most confident items, by their share."""

    arm: Literal["teacher", "student"]
    bins: tuple[Bin, ...]
    risk: tuple[tuple[float, float], ...]


class Confidence(Part, frozen=True):
    """How the confidence of both models on a probe's items agrees with their right answers."""

    probe: str
    n: int
    models: tuple[ModelCurves, ...]


class DriftCurve(Part, frozen=True):
    """The mean divergence in nats, and the number of stories, at each position of the student's own text, from 1."""

    probe: str
    means: tuple[float, ...]
    counts: tuple[int, ...]


class LostItem(Part, frozen=True):
    """An item that the teacher got right and the student did not, made again from the seed, with both answers."""

    id: str
    question: tuple[tuple[str, str], ...]
    right: str | None
    teacher: str
    student: str


class LostItems(Part, frozen=True):
    """Items on which a claim was lost: at most three of `count`, the largest losses first."""

    claim: str
    title: str
    probe: str
    count: int
    units: int
    examples: tuple[LostItem, ...]


class Records(Part, frozen=True):
    """Everything that is read from the records beside the statement; `problem` says why there is nothing."""

    confidence: tuple[Confidence, ...] = ()
    divergence: tuple[DriftCurve, ...] = ()
    lost_items: tuple[LostItems, ...] = ()
    problems: tuple[str, ...] = ()


class Use(Part, frozen=True):
    """The use that the student is meant for."""

    title: str
    profile: str
    is_own_profile: bool
    fixed_on: str
    intended_use: str
    out_of_scope: str
    stakes: str


class WithdrawalView(Part, frozen=True):
    """When and why the issuer withdrew the statement, and the id of the statement that takes its place."""

    withdrawn_on: str
    reason: str
    successor: str | None


class Page(Part, frozen=True):
    """A statement as a page shows it. Without a readable form, only names and findings are there.

    `core_sha256` is that of the statement, which a picture made from the page carries.
    """

    teacher: ModelView
    student: ModelView
    language: str | None
    issuer: str
    role: str
    issued: str
    revision: int
    id: str
    core_sha256: str | None
    verdict: VerdictLine
    findings: tuple[FindingView, ...]
    checks: Checks
    withdrawal: WithdrawalView | None = None
    scene: Use | None = None
    groups: tuple[Group, ...] = ()
    open_claims: tuple[OpenClaim, ...] = ()
    failed_checks: tuple[FailedCheck, ...] = ()
    limits: str = ""
    training: str = ""  # a sentence, where the student may have seen items like those of the probes
    others: tuple[OtherClaim, ...] = ()
    records: Records = Records()

    @property
    def is_sound(self) -> bool:
        """Whether the check found no error."""
        return self.checks.errors == 0

    @property
    def absences(self) -> tuple[AbsenceView, ...]:
        """The absences of all dimensions."""
        return tuple(absence for group in self.groups for absence in group.absences)
