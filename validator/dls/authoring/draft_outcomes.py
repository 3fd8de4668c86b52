"""The outcomes of a draft, and of evidence before there is one: the claims as they are, and no gap as an acceptance."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from dls.authoring.absences import draft_absences
from dls.authoring.draft import claims_of_manifest
from dls.evidence.folder import DatedManifest
from dls.judging.statement_outcomes import StatementOutcomes, outcomes_of
from dls.model import Absence, Acceptance, Claim, frozen
from dls.model.value import Frozen
from dls.scenarios.profile import Profile
from dls.standard.numbers import GAP

_Kind = TypeVar("_Kind", bound=Frozen)
_OPEN = "the reason is still to be chosen"


def outcomes_of_draft(statement: Mapping[str, Any]) -> StatementOutcomes:
    """Return the outcomes of a drafted statement's JSON values."""
    claims = [frozen(entry, Claim) for entry in statement["claims"]]
    acceptances = [entry for entry in statement["acceptances"] if GAP not in str(entry)]
    return outcomes_of(claims, _absences(statement["absences"]), _well_formed(acceptances, Acceptance))


def outcomes_of_evidence(manifests: Sequence[DatedManifest], profile: Profile) -> StatementOutcomes:
    """Return the outcomes that a statement on some evidence would have, before a person accepts any."""
    claims = [claim for entry in manifests for claim in claims_of_manifest(entry, profile)]
    unmeasured = [metric for entry in manifests for metric in entry.manifest.unmeasured]
    return outcomes_of(claims, _absences(draft_absences(claims, profile, [], unmeasured)), ())


def _absences(entries: Sequence[Mapping[str, Any]]) -> list[Absence]:
    """Return the well-formed absences; a person chooses the label of some later."""
    absences: list[Absence] = []
    for entry in entries:
        if GAP in str(entry.get("justification")):
            values = _well_formed([{**entry, "justification": "too_costly"}], Absence)
            absences += [msgspec.structs.replace(value, justification=_OPEN) for value in values]
        else:
            absences += _well_formed([entry], Absence)
    return absences


def _well_formed(entries: Sequence[Mapping[str, Any]], kind: type[_Kind]) -> list[_Kind]:
    """Return the entries that follow their schema; a person wrote them, and `dls validate` names the faults."""
    values = []
    for entry in entries:
        try:
            values.append(frozen(entry, kind))
        except msgspec.ValidationError:
            continue
    return values
