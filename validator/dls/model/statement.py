"""A distillation loss statement, after its schema has been checked."""

from typing import Any, Literal

import msgspec

from dls.model.absence import Absence
from dls.model.acceptance import Acceptance
from dls.model.claim import Claim
from dls.model.distillation import Distillation
from dls.model.evidence import Evidence
from dls.model.identity import Model
from dls.model.own_metric import OwnMetric
from dls.model.reproduction_report import ListedReproduction
from dls.model.scenario import Scenario
from dls.model.standard_document import StandardDocument
from dls.model.terms import Assurance
from dls.model.value import Frozen


class Previous(Frozen, frozen=True):
    """An earlier revision."""

    revision: int
    sha256: str


class Withdrawal(Frozen, frozen=True):
    """When and why a statement was withdrawn, and the id of the statement that takes its place."""

    withdrawn_on: str
    reason: str
    successor: str | None = None


class Issuer(Frozen, frozen=True):
    """The party that issues the statement, and its role."""

    name: str
    role: Literal["publisher", "third_party"]
    contact: str | None = None


class Statement(StandardDocument, frozen=True, kw_only=True):
    """A distillation loss statement; the members stand in the order in which people read them."""

    dls_version: Literal["1.0"]
    id: str
    revision: int
    previous: Previous | None = None
    status: Literal["withdrawn"] | None = None
    withdrawal: Withdrawal | None = None
    issued: str
    language: str | None = None
    issuer: Issuer
    assurance: Assurance
    teacher: Model
    student: Model
    control: Model | None = None
    distillation: Distillation
    scenario: Scenario
    claims: tuple[Claim, ...]
    absences: tuple[Absence, ...]
    acceptances: tuple[Acceptance, ...]
    evidence: tuple[Evidence, ...]
    reproductions: tuple[ListedReproduction, ...] = ()
    metrics: tuple[OwnMetric, ...] = ()
    limits: str
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)
