"""Compute every number of every claim again from the per-item records: no model, no torch."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from dls.document.reader import read
from dls.errors import DlsError
from dls.evidence.bundle import Bundle
from dls.evidence.records import RecordedRun, RecordError, read_evidence
from dls.judging.claim_outcome import judge_claim
from dls.judging.claimed_profile import is_required, profile_of, unknown_outcome
from dls.judging.conditions import failed_checks
from dls.judging.context import RuleContext
from dls.model import Claim, Measured, Statement, frozen
from dls.probes.shared.data_files import DataFile
from dls.standard.numbers import GAP
from dls.standard.schemas import violations
from dls.verifying.comparison import PARTS, ClaimResult, Verdict, differences, numbers, outcome_differences, sentence


class _PlacedClaim(NamedTuple):
    """A claim with the pointer to it."""

    pointer: str
    claim: Claim


def open_context(path: Path) -> RuleContext:
    """Read a statement that follows its schema, but for the gaps that are still to be filled.

    Raises:
        DlsError: the file cannot be read, or breaks the schema.
    """
    document = read(path)
    wrong = (
        violation
        for violation in violations(document, "statement")
        if GAP not in (document.source(violation.pointer) or "")
    )
    if (violation := next(wrong, None)) is not None:
        line, column = document.position(violation.pointer)
        raise DlsError(f"{path}:{line}:{column}: {violation.message}; `dls validate {path}` shows every finding")
    try:
        return RuleContext(document, frozen(document.value, Statement), path.parent)
    except msgspec.ValidationError as error:  # a gap where no text may stand
        raise DlsError(
            f"{path}: a gap is still to be filled ({error}); `dls validate {path}` shows every one"
        ) from None


def recompute_claims(
    context: RuleContext,
    on_claim: Callable[[str], None] = lambda _: None,
    data: Mapping[str, DataFile] = MappingProxyType({}),
) -> Iterator[ClaimResult]:
    """Yield the verdict on every claim: confirmed, refuted, or not verifiable from what lies beside the statement.

    ``on_claim`` hears the id of each claim before it is computed. ``data`` holds, by probe, the files that items were
    drawn from; without them nobody can make these items again.
    """
    read_again = partial(_read, data=data)
    opened = {bundle.evidence.id: bundle for bundle in context.bundles}
    evidence: dict[str, RecordedRun | DlsError] = {}
    for i, claim in enumerate(context.statement.claims):
        on_claim(claim.id)
        yield _judge(context, _PlacedClaim(f"/claims/{i}", claim), opened, evidence, read_again)


def _judge(
    context: RuleContext,
    checked: _PlacedClaim,
    opened: dict[str, Bundle],
    evidence: dict[str, RecordedRun | DlsError],
    read_again: Callable[[Bundle, Path], RecordedRun | DlsError],
) -> ClaimResult:
    claim, required = checked.claim, is_required(context, checked.claim)
    found = _evidence_of(claim, opened, evidence, read_again)
    if isinstance(found, RecordedRun):
        return _compare(context, checked, found, required=required)
    verdict, reason = found
    return ClaimResult(claim.id, verdict, _claimed(claim), {}, reason, required)


def _evidence_of(
    claim: Claim,
    opened: dict[str, Bundle],
    evidence: dict[str, RecordedRun | DlsError],
    read_again: Callable[[Bundle, Path], RecordedRun | DlsError],
) -> RecordedRun | tuple[Verdict, str]:
    """Return what a claim rests on, read once for all its claims, or the verdict and why without it."""
    if claim.comparator != "teacher":
        reason = f"this release makes comparisons with the teacher again, not with the {claim.comparator}"
        return Verdict.NOT_VERIFIABLE, reason
    bundle = next((opened[name] for name in claim.evidence if name in opened and opened[name].manifest), None)
    if bundle is None or bundle.location.path is None:
        return _without_manifest(claim, opened)
    name, said = bundle.evidence.id, bundle.evidence.sha256
    if not bundle.intact:
        return Verdict.REFUTED, f"evidence '{name}' has digest {bundle.sha256}, the statement names {said}"
    if name not in evidence:
        evidence[name] = read_again(bundle, bundle.location.path.parent)
    found = evidence[name]
    if isinstance(found, RecordedRun):
        return found
    return Verdict.REFUTED if isinstance(found, RecordError) else Verdict.NOT_VERIFIABLE, str(found)


def _without_manifest(claim: Claim, opened: dict[str, Bundle]) -> tuple[Verdict, str]:
    problems = [f"evidence '{name}' {_why_closed(opened[name])}" for name in claim.evidence if name in opened]
    return Verdict.NOT_VERIFIABLE, sentence(problems, "no evidence with records lies beside the statement")


def _why_closed(bundle: Bundle) -> str:
    closed = {
        "elsewhere": "lies elsewhere, and nothing is fetched; put it beside the statement",
        "outside": f"is named by a path that leaves the statement's folder, {bundle.evidence.path}",
        "missing": f"is missing: there is no {bundle.evidence.path} beside the statement",
        "irregular": f"is no file: {bundle.evidence.path}",
    }
    return bundle.problem or closed.get(bundle.location.state, "holds no manifest")


def _read(bundle: Bundle, folder: Path, data: Mapping[str, DataFile]) -> RecordedRun | DlsError:
    assert bundle.manifest is not None
    try:
        return read_evidence(bundle.manifest, folder, data=data)
    except DlsError as error:
        return error


def _compare(context: RuleContext, checked: _PlacedClaim, evidence: RecordedRun, *, required: bool) -> ClaimResult:
    from dls.measuring.measure import measured_metrics

    claim, targets = checked.claim, profile_of(context).targets
    again = next(
        iter(measured_metrics(evidence.probe, evidence.items, evidence.records, targets, frozenset({claim.metric}))),
        None,
    )
    if again is None:
        reason = f"probe {evidence.probe.name} does not measure {claim.metric}"
        return ClaimResult(claim.id, Verdict.REFUTED, _claimed(claim), {}, reason, required)
    problems = [*differences(context.document, checked.pointer, claim, again), *_other_items(claim, evidence)]
    judged_again = _judged_again(context, claim, again, evidence)
    problems += [*outcome_differences(claim, judged_again), *_other_targets(context, claim)]
    found = numbers(again) | {"outcome": judged_again.outcome if context.profile else None}
    if not problems and (unknown := unknown_outcome(context, claim)):
        return ClaimResult(claim.id, Verdict.NOT_VERIFIABLE, _claimed(claim), found, unknown, required)
    verdict, good = Verdict.REFUTED if problems else Verdict.CONFIRMED, "every number follows from the records"
    return ClaimResult(claim.id, verdict, _claimed(claim), found, sentence(problems, good), required)


def _claimed(claim: Claim) -> dict[str, Any]:
    return numbers(claim) | {"outcome": claim.outcome}


def _other_items(claim: Claim, evidence: RecordedRun) -> Iterator[str]:
    drawn = evidence.manifest.items
    if claim.probe is not None and claim.probe != evidence.manifest.probe:
        yield "the claim names another probe than its evidence"
    if claim.items is not None and (claim.items.seed, claim.items.n, claim.items.sha256) != (
        drawn.seed,
        drawn.n,
        drawn.sha256,
    ):
        yield "the claim names other items than its evidence"


def _other_targets(context: RuleContext, claim: Claim) -> Iterator[str]:
    wanted = len(context.profile_targets(claim))
    if context.profile is not None and len(claim.targets) != wanted:
        yield f"it has {len(claim.targets)} targets, and its profile {wanted}"


def _judged_again(context: RuleContext, claim: Claim, again: Measured, evidence: RecordedRun) -> Claim:
    """Return the claim with the numbers made again and their outcomes; its own where its targets are not the profile's."""
    from dls.measuring.measure import checks

    wanted = context.profile_targets(claim)
    if len(wanted) != len(claim.targets) or claim.metric not in context.metrics:
        return claim
    known = {check.check for check in evidence.probe.checks}
    said = (check for check in evidence.manifest.checks if check.check not in known)  # of what no record shows
    found = (*checks(evidence.probe, evidence.items, evidence.records), *said)
    failed = failed_checks(found)
    about = context.conditions(claim, context.metrics[claim.metric])._replace(failed_checks=failed)
    parts = {part: getattr(again, part) for part in PARTS}
    return judge_claim(msgspec.structs.replace(claim, **parts), wanted, about)


def exit_code(judged_claims: list[ClaimResult], *, allow_unverified: bool) -> int:
    """Return 1 where a claim is refuted, or a required one is borderline or not verifiable, else 0."""
    if any(one.verdict is Verdict.REFUTED for one in judged_claims):
        return 1
    open_ones = any(one.required and one.verdict is not Verdict.CONFIRMED for one in judged_claims)
    return int(open_ones and not allow_unverified)
