"""Which signed reproductions count: about this statement, under a key that the reader trusts, not by the issuer."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from dls.canonical import canonical_json, file_sha256
from dls.document.beside import has_digest, locate
from dls.document.reader import UnreadableDocument, read
from dls.finding import visible
from dls.judging.assess import NO_CLAIMS, is_independently_reproduced, reported_claims
from dls.judging.context import RuleContext
from dls.judging.replication import pair_and_profile, seed_problem
from dls.judging.report_identity import identity_difference
from dls.model import ListedReproduction, ReproductionReport
from dls.model.parties import same_party
from dls.signing.envelope import Refusal, SignedReport, open_envelope
from dls.signing.keys import TrustedKey
from dls.signing.verifiers_draw import draw_problem
from dls.standard.numbers import ARMS


class Independence(NamedTuple):
    """Whether a statement claims independent reproduction, whether the reader's keys establish it, and all refusals."""

    is_claimed: bool
    is_established: bool
    refusals: tuple[str, ...]

    @property
    def is_missing(self) -> bool:
        """Whether the statement claims an independent reproduction that is not established."""
        return self.is_claimed and not self.is_established


def assess_independence(context: RuleContext, trust: Sequence[TrustedKey]) -> Independence:
    """Return whether the listed reproductions with an envelope beside the statement establish independence."""
    claims = NO_CLAIMS
    refusals = []
    envelopes: set[PurePosixPath] = set()  # one that is listed again adds nothing, and each takes time
    for i, entry in enumerate(context.statement.reproductions):
        if entry.envelope is None or (path := PurePosixPath(entry.envelope)) in envelopes:
            continue
        envelopes.add(path)
        signed_report = _open_reproduction(context, entry, trust)
        if isinstance(signed_report, Refusal):
            refusals.append(f"/reproductions/{i}: '{visible(entry.envelope)}' is not believed: {signed_report.reason}")
        else:
            claims = claims.joined(reported_claims(signed_report.report))
    profile = context.profile
    is_established = profile is not None and is_independently_reproduced(context.statement, profile, claims)
    is_claimed = context.statement.assurance == "independently_reproduced"
    if (is_claimed or claims != NO_CLAIMS) and not is_established and not refusals:
        refusals.append(
            "/assurance: no report that you can believe confirms a claim for every required target, and replicates it "
            "on the fresh items of a signed draw"
        )
    return Independence(is_claimed, is_established, tuple(refusals))


def objection(signed_report: SignedReport, context: RuleContext) -> Refusal | None:
    """Return why a signed report does not count for a statement, or None; the coarsest difference comes first."""
    statement = context.statement
    if (reason := _subject_difference(signed_report.report, context)) is not None:
        return Refusal(reason)
    by, issuer = signed_report.report.by.name, statement.issuer.name
    if same_party(by, issuer):
        return Refusal(f"'{visible(by)}' signed it and issued the statement, so it is no independent reproduction")
    if all(any(same_party(party, issuer) for party in key.parties) for key in signed_report.signers):
        return Refusal(f"its key is the one of the statement's issuer '{visible(issuer)}'")
    return _draw_objection(signed_report, context)


def _draw_objection(signed_report: SignedReport, context: RuleContext) -> Refusal | None:
    """Return why the signed draw of a report is not that of its signer for this pair and profile; None where it is.

    A draw without a signature raises no objection: it replicates nothing.
    """
    report, parts = signed_report.report, pair_and_profile(context)
    if report.draw is None or report.draw.signature is None:
        return None
    if parts is None:
        return Refusal("its draw is for no pair: a model of the statement has no key")
    problems = [draw_problem(report.draw, parts.keys, parts.profile_sha256, key) for key in signed_report.signers]
    if None not in problems:
        return Refusal(f"its draw {problems[0]}")
    problem = seed_problem(context, report)
    return None if problem is None else Refusal(visible(problem))


def _subject_difference(report: ReproductionReport, context: RuleContext) -> str | None:
    """Return how the statement and models of a report are not the statement's; None where they are."""
    subject, statement = report.statement, context.statement
    if subject.id != statement.id:
        return f"it is about the statement {visible(subject.id)}, not {visible(statement.id)}"
    for arm in reversed(ARMS):
        difference = identity_difference(report, statement, arm)
        if difference is not None:
            return f"it is about another {arm}: {difference}"
    if subject.revision != statement.revision:
        return f"it is about revision {subject.revision}; the statement is revision {statement.revision}"
    if subject.core_sha256 != context.core_sha256:
        return f"it is about the statement core {subject.core_sha256}; the statement has {context.core_sha256}"
    return None


def _open_reproduction(
    context: RuleContext, entry: ListedReproduction, trust: Sequence[TrustedKey]
) -> SignedReport | Refusal:
    """Return the signed report of an entry of the statement, or why it does not count."""

    def is_trusted(path: Path) -> bool:
        try:
            return isinstance(open_envelope(path, trust), SignedReport)
        except UnreadableDocument:
            return False

    location = locate(context.folder, entry.envelope, is_trusted)
    if location.path is None:
        return Refusal(f"it is {location.state}; wanted a file beside or below the statement")
    try:
        signed_report = open_envelope(location.path, trust)
    except UnreadableDocument as error:
        return Refusal(visible(error.problem))
    if isinstance(signed_report, Refusal):
        return signed_report
    return (
        objection(signed_report, context)
        or _name_objection(signed_report)
        or _entry_objection(context, entry, signed_report)
        or signed_report
    )


def _name_objection(signed_report: SignedReport) -> Refusal | None:
    """Return why a report without a signer whom the reader names establishes no independence; None where one is named.

    The key may be the issuer's, whatever name the report gives its author.
    """
    if any(key.parties for key in signed_report.signers):
        return None
    key = signed_report.signers[0].id
    return Refusal(f"your keys give its key {key} to no party; write 'Party: NAME' above the key of a party you know")


def _entry_objection(context: RuleContext, entry: ListedReproduction, signed_report: SignedReport) -> Refusal | None:
    """Return why the signed report is not the one that the statement lists; None where it is."""
    location = locate(context.folder, entry.path, has_digest(entry.sha256))
    if location.path is None or file_sha256(location.path) != entry.sha256:
        return Refusal("the report that it signs is not beside the statement with its digest")
    try:
        value = read(location.path).value
    except UnreadableDocument as error:
        return Refusal(f"the report beside the statement cannot be read: {visible(error.problem)}")
    if canonical_json(value) != canonical_json(signed_report.value):
        return Refusal("it signs another report than the one that the statement lists")
    if not same_party(entry.by, signed_report.report.by.name):
        return Refusal(f"it is by '{visible(signed_report.report.by.name)}', listed as by '{visible(entry.by)}'")
    return None
