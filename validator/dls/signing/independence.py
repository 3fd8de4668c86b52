"""Which signed reproductions a reader believes: about this statement, by a key the reader trusts, not by the issuer."""

from collections.abc import Sequence
from typing import NamedTuple

from dls.canonical import canonical_json, file_sha256
from dls.document.reader import UnreadableDocument, read
from dls.evidence.bundle import locate
from dls.finding import visible
from dls.judging.assess import is_independently_reproduced
from dls.judging.context import RuleContext
from dls.model import ListedReproduction, Report
from dls.model.parties import same_party
from dls.signing.envelope import Refusal, SignedReport, open_envelope
from dls.signing.keys import TrustedKey


class Independence(NamedTuple):
    """Whether a statement claims independent reproduction, whether it has it under the reader's keys, and what was refused."""

    claimed: bool
    established: bool
    refusals: tuple[str, ...]

    @property
    def missing(self) -> bool:
        """Whether the statement claims what it does not have."""
        return self.claimed and not self.established


def assess_independence(context: RuleContext, trust: Sequence[TrustedKey]) -> Independence:
    """Return what the listed reproductions with an envelope beside the statement establish."""
    confirmed: set[str] = set()
    refusals = []
    for i, listed in enumerate(context.statement.reproductions):
        if listed.envelope is None:
            continue
        found = _believed(context, listed, trust)
        if isinstance(found, Refusal):
            refusals.append(f"/reproductions/{i}: '{visible(listed.envelope)}' is not believed: {found.reason}")
        else:
            confirmed |= {claim.id for claim in found.report.claims if claim.verdict == "confirmed"}
    profile = context.profile
    established = profile is not None and is_independently_reproduced(context.statement, profile, frozenset(confirmed))
    claimed = context.statement.assurance == "independently_reproduced"
    if claimed and not established and not refusals:
        refusals.append("/assurance: no report that you can believe confirms a claim for every required target")
    return Independence(claimed, established, tuple(refusals))


def objection(signed: SignedReport, context: RuleContext) -> Refusal | None:
    """Return why a signed report does not speak for a statement, from the coarsest difference on; None where it does."""
    statement = context.statement
    if (reason := _about_another(signed.report, context)) is not None:
        return Refusal(reason)
    by, issuer = signed.report.by.name, statement.issuer.name
    if same_party(by, issuer):
        return Refusal(f"'{visible(by)}' signed it and issued the statement, so it is no independent reproduction")
    if all(any(same_party(party, issuer) for party in key.parties) for key in signed.signers):
        return Refusal(f"its key is the one of the statement's issuer '{visible(issuer)}'")
    return None


def _about_another(report: Report, context: RuleContext) -> str | None:
    pinned, statement = report.statement, context.statement
    if pinned.id != statement.id:
        return f"it is about the statement {visible(pinned.id)}, not {visible(statement.id)}"
    for arm in ("student", "teacher"):
        run, own = getattr(report, arm).weights_sha256, getattr(statement, arm).weights_sha256
        if run is not None and run != own:
            return f"it is about a {arm} with the weights digest {run}; the statement has {own}"
    if pinned.revision != statement.revision:
        return f"it is about revision {pinned.revision}; the statement is revision {statement.revision}"
    if pinned.core_sha256 != context.core_sha256:
        return f"it is about the statement core {pinned.core_sha256}; the statement has {context.core_sha256}"
    return None


def _believed(context: RuleContext, listed: ListedReproduction, trust: Sequence[TrustedKey]) -> SignedReport | Refusal:
    located = locate(context.folder, listed.envelope)
    if located.path is None:
        return Refusal(f"it is {located.state}; wanted a file beside or below the statement")
    try:
        signed = open_envelope(located.path, trust)
    except UnreadableDocument as error:
        return Refusal(visible(error.problem))
    if isinstance(signed, Refusal):
        return signed
    return objection(signed, context) or _other_than_listed(context, listed, signed) or signed


def _other_than_listed(context: RuleContext, listed: ListedReproduction, signed: SignedReport) -> Refusal | None:
    """Return why the signed report is not the one that the statement lists; None where it is."""
    located = locate(context.folder, listed.path)
    if located.path is None or file_sha256(located.path) != listed.sha256:
        return Refusal("the report that it signs is not beside the statement with its digest")
    try:
        value = read(located.path).value
    except UnreadableDocument as error:
        return Refusal(f"the report beside the statement cannot be read: {visible(error.problem)}")
    if canonical_json(value) != canonical_json(signed.value):
        return Refusal("it signs another report than the one that the statement lists")
    if not same_party(listed.by, signed.report.by.name):
        return Refusal(f"it is by '{visible(signed.report.by.name)}', listed as by '{visible(listed.by)}'")
    return None
