"""A second run of a statement's evidence: its entry in the statement, and the report itself."""

from typing import Any, Literal

import msgspec

from dls.model.identity import ModelIdentity
from dls.model.manifest import Circumstances
from dls.model.standard_document import StandardDocument
from dls.model.terms import Arm, ClaimOutcome
from dls.model.value import Frozen

DrawFactor = Literal[0, 1, 2, 4]
"""Fresh units for each planned unit; 0 asks none."""


class ListedReproduction(Frozen, frozen=True):
    """A reproduction report that the statement lists."""

    by: str
    performed_on: str
    sha256: str
    path: str | None = None
    uri: str | None = None
    envelope: str | None = None


class PinnedStatement(Frozen, frozen=True):
    """The statement that was reproduced, by the digest of its core."""

    id: str
    revision: int
    core_sha256: str


class Party(Frozen, frozen=True):
    """The party that ran it."""

    name: str
    contact: str | None = None


class ClaimNumbers(Frozen, frozen=True):
    """The numbers of a claim."""

    teacher: float | None = None
    student: float | None = None
    pair: float | None = None
    loss: float | None = None
    outcome: ClaimOutcome | None = None


class Access(Frozen, frozen=True):
    """The verifier's access to each model."""

    teacher: Literal["white_box", "logprobs", "sampling", "black_box", "none"]
    student: Literal["white_box", "logprobs", "sampling", "black_box"]


class DrawSignature(Frozen, frozen=True):
    """The Ed25519 signature of a draw, in base64, and the id of the key."""

    keyid: str
    sig: str


class VerifiersDraw(Frozen, frozen=True):
    """The nonce of fresh items, 64 hexadecimal digits, and how many fresh units there are for each planned unit.

    Without a signature the nonce is random, and the draw establishes nothing.
    """

    nonce: str
    factor: DrawFactor
    signature: DrawSignature | None = None


class AuditSize(Frozen, frozen=True):
    """The most units of a claim's items that were asked again; None for all."""

    units: int | None


class AuditedUnits(Frozen, frozen=True):
    """The sample of a claim's units that was asked again, and the numbers of the statement's records on it."""

    n: int
    of: int
    published: ClaimNumbers | None = None


class Replication(Frozen, frozen=True):
    """One claim under the verifier's draw; its seed, n and numbers are None where nothing was drawn."""

    verdict: Literal["replicated", "agrees", "borderline", "refuted", "not_drawn"]
    reason: str
    seed: int | None = None
    n: int | None = None
    reproduced: ClaimNumbers | None = None
    p: float | None = None
    adjusted_p: float | None = None


class ClaimVerdict(Frozen, frozen=True):
    """The verdict on one claim; p-values are None where the comparison is exact."""

    id: str
    verdict: Literal["confirmed", "borderline", "refuted", "not_verifiable"]
    reason: str
    claimed: ClaimNumbers | None = None
    reproduced: ClaimNumbers | None = None
    p: float | None = None
    adjusted_p: float | None = None
    smallest_forgery: float | None = None
    tolerance_class: str | None = None
    audit: AuditedUnits | None = None
    replication: Replication | None = None


class RunEvidence(Frozen, frozen=True):
    """A manifest of the second run."""

    path: str
    sha256: str


class VerdictCounts(Frozen, frozen=True):
    """How many claims got each verdict."""

    confirmed: int
    borderline: int
    refuted: int
    not_verifiable: int
    smallest_forgery_seen: float | None = None


class ReproductionReport(StandardDocument, frozen=True):
    """A second run of a statement's evidence, claim by claim."""

    dls_reproduction: Literal["1.0"]
    statement: PinnedStatement
    by: Party
    performed_on: str
    platform: dict[str, str | float | bool | None]
    teacher: ModelIdentity
    student: ModelIdentity
    claims: tuple[ClaimVerdict, ...]
    summary: VerdictCounts
    stored_twice: dict[Arm, tuple[str, ...]] = msgspec.field(default_factory=dict)
    circumstances: dict[Arm, Circumstances] = msgspec.field(default_factory=dict)
    draw: VerifiersDraw | None = None
    audit: AuditSize | None = None
    earlier_reports: int | None = None
    phrasings_sha256: str | None = None
    access: Access | None = None
    evidence: tuple[RunEvidence, ...] = ()
    note: str | None = None
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)
