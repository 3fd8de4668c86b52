"""The documents of the standard as frozen values; `schema/` is normative and explains each member."""

from dls.model.absence import Absence
from dls.model.acceptance import Acceptance
from dls.model.claim import LIMITS, PROFILE_MEMBERS, Claim, Judge, Target
from dls.model.distillation import Distillation, TrainingData
from dls.model.evidence import Evidence, SourceDocument
from dls.model.identity import Adapter, Member, Model, ModelFile, ModelIdentity
from dls.model.items import Exclusion, Items, On, ProbeName
from dls.model.manifest import (
    Circumstances,
    ItemsFile,
    Log,
    LogScore,
    Manifest,
    ManifestItems,
    Measured,
    PinnedProfile,
    RecordFile,
    SourceFile,
    Unmeasured,
    ValidityCheck,
)
from dls.model.own_metric import OwnMetric
from dls.model.reading import Flips, Loss, PrintedInterval, Ratio, Reading
from dls.model.reproduction_report import (
    Access,
    AuditedUnits,
    AuditSize,
    ClaimNumbers,
    ClaimVerdict,
    DrawSignature,
    ListedReproduction,
    Party,
    PinnedStatement,
    Replication,
    ReproductionReport,
    RunEvidence,
    VerdictCounts,
    VerifiersDraw,
)
from dls.model.scenario import Scenario
from dls.model.scenario_profile import NotRequired, Parent, PinnedData, ProfileFile, ProfileTarget
from dls.model.standard_document import StandardDocument
from dls.model.statement import Issuer, Previous, Statement, Withdrawal
from dls.model.terms import Arm, Assurance, ClaimOutcome, Mark, Outcome, Reason
from dls.model.value import frozen

__all__ = [
    "LIMITS",
    "PROFILE_MEMBERS",
    "Absence",
    "Acceptance",
    "Access",
    "Adapter",
    "Arm",
    "Assurance",
    "AuditSize",
    "AuditedUnits",
    "Circumstances",
    "Claim",
    "ClaimNumbers",
    "ClaimOutcome",
    "ClaimVerdict",
    "Distillation",
    "DrawSignature",
    "Evidence",
    "Exclusion",
    "Flips",
    "Issuer",
    "Items",
    "ItemsFile",
    "Judge",
    "ListedReproduction",
    "Log",
    "LogScore",
    "Loss",
    "Manifest",
    "ManifestItems",
    "Mark",
    "Measured",
    "Member",
    "Model",
    "ModelFile",
    "ModelIdentity",
    "NotRequired",
    "On",
    "Outcome",
    "OwnMetric",
    "Parent",
    "Party",
    "PinnedData",
    "PinnedProfile",
    "PinnedStatement",
    "Previous",
    "PrintedInterval",
    "ProbeName",
    "ProfileFile",
    "ProfileTarget",
    "Ratio",
    "Reading",
    "Reason",
    "RecordFile",
    "Replication",
    "ReproductionReport",
    "RunEvidence",
    "Scenario",
    "SourceDocument",
    "SourceFile",
    "StandardDocument",
    "Statement",
    "Target",
    "TrainingData",
    "Unmeasured",
    "ValidityCheck",
    "VerdictCounts",
    "VerifiersDraw",
    "Withdrawal",
    "frozen",
]
