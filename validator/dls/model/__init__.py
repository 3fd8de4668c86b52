"""The documents of the standard as frozen values; `schema/` is normative and explains each member."""

from dls.model.absence import Absence
from dls.model.acceptance import Acceptance
from dls.model.claim import LIMITS, PROFILE_MEMBERS, Claim, Target
from dls.model.evidence import Evidence
from dls.model.identity import Adapter, Member, Model, ModelFile, ModelIdentity
from dls.model.items import Items, On, ProbeName
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
from dls.model.reading import Flips, Loss, PrintedInterval, Reading
from dls.model.reproduction_report import ClaimVerdict, ListedReproduction, Replication, Report, VerifiersDraw
from dls.model.scenario_profile import NotRequired, Parent, ProfileFile, ProfileTarget
from dls.model.statement import Statement
from dls.model.terms import Arm, Assurance, ClaimOutcome, Mark, Outcome, Reason
from dls.model.value import frozen

__all__ = [
    "LIMITS",
    "PROFILE_MEMBERS",
    "Absence",
    "Acceptance",
    "Adapter",
    "Arm",
    "Assurance",
    "Circumstances",
    "Claim",
    "ClaimOutcome",
    "ClaimVerdict",
    "Evidence",
    "Flips",
    "Items",
    "ItemsFile",
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
    "PinnedProfile",
    "PrintedInterval",
    "ProbeName",
    "ProfileFile",
    "ProfileTarget",
    "Reading",
    "Reason",
    "RecordFile",
    "Replication",
    "Report",
    "SourceFile",
    "Statement",
    "Target",
    "Unmeasured",
    "ValidityCheck",
    "VerifiersDraw",
    "frozen",
]
