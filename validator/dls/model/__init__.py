"""The documents of the standard as frozen values; `schema/` is normative and says what each member means."""

from dls.model.absence import Absence
from dls.model.acceptance import Acceptance
from dls.model.claim import LIMITS, PROFILE_MEMBERS, Claim, Target
from dls.model.evidence import Evidence
from dls.model.identity import Member, Model
from dls.model.items import Items, Probe
from dls.model.manifest import (
    AskedModel,
    DrawnItems,
    ItemsFile,
    Manifest,
    Measured,
    PinnedProfile,
    RecordFile,
    ValidityCheck,
)
from dls.model.own_metric import OwnMetric
from dls.model.reading import Flips, Interval, Loss, Reading
from dls.model.reproduction_report import ClaimVerdict, ListedReproduction, Report
from dls.model.scenario_profile import NotRequired, Parent, ProfileTarget, Written
from dls.model.statement import Statement
from dls.model.terms import Arm, Assurance, Outcome, Reason
from dls.model.value import frozen

__all__ = [
    "LIMITS",
    "PROFILE_MEMBERS",
    "Absence",
    "Acceptance",
    "Arm",
    "AskedModel",
    "Assurance",
    "Claim",
    "ClaimVerdict",
    "DrawnItems",
    "Evidence",
    "Flips",
    "Interval",
    "Items",
    "ItemsFile",
    "ListedReproduction",
    "Loss",
    "Manifest",
    "Measured",
    "Member",
    "Model",
    "NotRequired",
    "Outcome",
    "OwnMetric",
    "Parent",
    "PinnedProfile",
    "Probe",
    "ProfileTarget",
    "Reading",
    "Reason",
    "RecordFile",
    "Report",
    "Statement",
    "Target",
    "ValidityCheck",
    "ClaimVerdict",
    "Written",
    "frozen",
]
