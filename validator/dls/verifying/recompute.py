"""Compute every number of every claim again from the per-item records: no model, no torch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from dls.document.alteration import alteration_hint
from dls.document.reader import Document, read
from dls.errors import DlsError
from dls.evidence.bundle import Bundle
from dls.evidence.log_records import read_log_records
from dls.evidence.named_paths import folder_of
from dls.evidence.records import RecordedRun, RecordError, read_evidence
from dls.judging.claim_outcome import judge_claim
from dls.judging.claimed_profile import is_required, profile_of, unknown_outcome
from dls.judging.conditions import FailedChecks
from dls.judging.context import RuleContext
from dls.model import Claim, Measured, Statement, frozen
from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import DataFile, expect_units
from dls.standard.form import violations
from dls.standard.numbers import GAP
from dls.standard.schemas import KIND_NAMES, kind_of
from dls.verifying.checked_run import CheckedRun
from dls.verifying.comparison import PARTS, ClaimResult, Verdict, differences, numbers, outcome_differences, sentence
from dls.verifying.log_sources import compare_sources
from dls.verifying.stated_models import expect_stated_models

_ITEMS = ("seed", "n", "sha256", "excluded")


class _Conclusion(NamedTuple):
    """The verdict on a claim, why, and the numbers that its records give."""

    verdict: Verdict
    reason: str
    numbers: Mapping[str, Any] = MappingProxyType({})


def read_statement(path: Path) -> Document:
    """Read a statement that follows its schema; gaps that are still to be filled are allowed.

    Raises:
        DlsError: the file cannot be read, is no statement, or breaks the schema.
    """
    document = read(path)
    kind = kind_of(document.value)
    if kind not in (None, "statement"):
        raise DlsError(f"{path} is {KIND_NAMES[kind]}; wanted a statement")
    for violation in violations(document, "statement"):
        if GAP not in (document.source(violation.pointer) or ""):
            line, column = document.position(violation.pointer)
            raise DlsError(f"{path}:{line}:{column}: {violation.message}; `dls validate {path}` shows every finding")
    return document


def open_context(path: Path) -> RuleContext:
    """Read a statement, and look for its profile and evidence beside it.

    Raises:
        DlsError: the file cannot be read, is no statement, breaks the schema, or has a gap where no text may stand.
    """
    document = read_statement(path)
    try:
        statement = frozen(_without_open_labels(document.value), Statement)
    except msgspec.ValidationError as error:  # a gap where no text may stand
        raise DlsError(
            f"{path}: a gap is still to be filled ({error}); `dls validate {path}` shows every one"
        ) from None
    return RuleContext(document, statement, folder_of(path, statement))


def _without_open_labels(value: Any) -> Any:
    """Return a draft without the absences whose label a person has still to choose; no number depends on them."""
    match value:
        case {"absences": [*absences]}:
            return {**value, "absences": [entry for entry in absences if not _has_open_label(entry)]}
    return value


def _has_open_label(absence: Any) -> bool:
    match absence:
        case {"justification": str(label)}:
            return GAP in label
    return False


def recompute_claims(
    context: RuleContext, data: Mapping[str, DataFile] = MappingProxyType({})
) -> Iterator[ClaimResult]:
    """Yield the verdict on each claim: confirmed, refuted, or not verifiable from the files beside the statement.

    Args:
        context: the statement.
        data: the data files that items were drawn from, by probe; without them these items cannot be made again.
    """
    bundles = {bundle.evidence.id: bundle for bundle in context.bundles}

    @cache
    def read_run(name: str) -> CheckedRun | DlsError:
        return _read_run(context, bundles[name], data)

    for claim in context.statement.claims:
        run = _run_of(claim, bundles, read_run)
        conclusion = run if isinstance(run, _Conclusion) else _compare(context, claim, run)
        yield ClaimResult(
            id=claim.id,
            verdict=conclusion.verdict,
            claimed_numbers=numbers(claim) | {"outcome": claim.outcome},
            new_numbers=dict(conclusion.numbers),
            reason=conclusion.reason,
            is_required=is_required(context, claim),
        )


def _run_of(
    claim: Claim, bundles: Mapping[str, Bundle], read_run: Callable[[str], CheckedRun | DlsError]
) -> CheckedRun | _Conclusion:
    """Return the run whose records a claim rests on, or the conclusion where there is none to compare with."""
    if claim.comparator != "teacher":
        reason = f"this release makes comparisons with the teacher again, not with the {claim.comparator}"
        return _Conclusion(Verdict.NOT_VERIFIABLE, reason)
    entries = [bundles[name] for name in claim.evidence if name in bundles]
    bundle = next((entry for entry in entries if entry.manifest), None)
    if bundle is None:
        problems = [f"evidence '{entry.evidence.id}' {_problem(entry)}" for entry in entries]
        reason = sentence(problems, "no evidence with records lies beside the statement")
        return _Conclusion(Verdict.NOT_VERIFIABLE, reason)
    name, digest = bundle.evidence.id, bundle.evidence.sha256
    if not bundle.intact:
        hint = alteration_hint(bundle.location.path, digest) if bundle.location.path and digest else ""
        reason = f"evidence '{name}' has digest {bundle.sha256}, the statement names {digest}{hint}"
        return _Conclusion(Verdict.NOT_VERIFIABLE if hint else Verdict.REFUTED, reason)
    run = read_run(name)
    if isinstance(run, CheckedRun):
        return run
    return _Conclusion(Verdict.REFUTED if isinstance(run, RecordError) else Verdict.NOT_VERIFIABLE, str(run))


def _problem(bundle: Bundle) -> str:
    """Return why a bundle has no manifest, as the end of a sentence about it."""
    problems = {
        "elsewhere": "lies elsewhere, and nothing is fetched; put it beside the statement",
        "outside": f"is named by a path that leaves the statement's folder, {bundle.evidence.path}",
        "missing": f"is missing: there is no {bundle.evidence.path} beside the statement",
        "unreadable": f"is there and cannot be read: {bundle.evidence.path}; let this account read it",
        "irregular": f"is no file: {bundle.evidence.path}",
    }
    return bundle.problem or problems.get(bundle.location.state, "holds no manifest")


def _read_run(context: RuleContext, bundle: Bundle, data: Mapping[str, DataFile]) -> CheckedRun | DlsError:
    """Return the run of a manifest after its models were compared, or the reason why its numbers say nothing."""
    assert bundle.manifest is not None
    assert bundle.location.path is not None
    try:
        expect_stated_models(context, bundle)
        folder = bundle.location.path.parent
        if bundle.manifest.log is not None:
            run = read_log_records(bundle.manifest, folder)
            return CheckedRun(run, compare_sources(run, folder))
        run = read_evidence(bundle.manifest, folder, data=data)
        _expect_pinned_units(context, run, data)
        return CheckedRun(run)
    except DlsError as error:
        return error


def _expect_pinned_units(context: RuleContext, run: RecordedRun, data: Mapping[str, DataFile]) -> None:
    """Check that the pinned file of a run gives as many units as the profile says.

    Raises:
        RecordError: it gives fewer.
    """
    pin = context.profile.data_of(run.probe.id) if context.profile else None
    file = data.get(run.probe.id)
    if pin is None or file is None or file.sha256 != pin.sha256:
        return
    try:
        expect_units(find_probe(run.probe.id), file, pin.units)
    except DlsError as error:
        raise RecordError(str(error)) from error


def _compare(context: RuleContext, claim: Claim, checked: CheckedRun) -> _Conclusion:
    run = checked.run
    measurement = _measurement(context, claim, run)
    if measurement is None:
        return _Conclusion(Verdict.REFUTED, f"probe {run.probe.name} does not measure {claim.metric}")
    second = _claim_again(context, claim, measurement, checked.failed_checks)
    new_numbers = numbers(measurement) | {"outcome": second.outcome if context.profile else None}
    problems = [
        *differences(claim, measurement, run.metric(claim.metric)),
        *_item_differences(claim, run),
        *outcome_differences(claim, second),
        *_target_differences(context, claim),
    ]
    if problems:
        return _Conclusion(Verdict.REFUTED, sentence(problems, ""), new_numbers)
    if (unknown := unknown_outcome(context, claim)) is not None:
        return _Conclusion(Verdict.NOT_VERIFIABLE, unknown, new_numbers)
    return _Conclusion(Verdict.CONFIRMED, f"every number follows from the records{checked.note}", new_numbers)


def _measurement(context: RuleContext, claim: Claim, run: RecordedRun) -> Measured | None:
    """Return the claim's metric, measured on the records; None where the probe does not measure it."""
    from dls.measuring.measure import measured_metrics  # start-up: loads numpy

    targets, metrics = profile_of(context).targets, frozenset({claim.metric})
    return next(iter(measured_metrics(run.probe, run.items, run.records, targets, metrics)), None)


def _item_differences(claim: Claim, run: RecordedRun) -> Iterator[str]:
    first, second = claim.items, run.manifest.items
    if claim.probe is not None and claim.probe != run.manifest.probe:
        yield "the claim names another probe than its evidence"
    log = run.manifest.log
    if log is not None and (claim.on != log.on or (first is not None and first.of != log.of)):
        yield "the claim is about another data set than its evidence"
    file = second.file.sha256 if second.file else None
    is_same = first is None or (
        first.data == file and all(getattr(first, name) == getattr(second, name) for name in _ITEMS)
    )
    if not is_same:
        yield "the claim names other items than its evidence"


def _target_differences(context: RuleContext, claim: Claim) -> Iterator[str]:
    targets = context.profile_targets(claim)
    if context.profile is not None and len(claim.targets) != len(targets):
        yield f"it has {len(claim.targets)} targets, and its profile {len(targets)}"


def _claim_again(context: RuleContext, claim: Claim, measurement: Measured, failures: FailedChecks) -> Claim:
    """Return the claim with the new numbers and the outcomes that follow from them.

    Where its targets are not the profile's, no outcome follows: the claim is returned as it is.
    """
    targets = context.profile_targets(claim)
    if len(targets) != len(claim.targets) or claim.metric not in context.metrics:
        return claim
    conditions = context.conditions(claim, context.metrics[claim.metric])._replace(failed_checks=failures)
    parts = {part: getattr(measurement, part) for part in PARTS}
    return judge_claim(msgspec.structs.replace(claim, **parts), targets, conditions)


def exit_code(results: Sequence[ClaimResult], *, allow_unverified: bool) -> int:
    """Return 1 where a claim is refuted, or a required one is borderline or not verifiable, otherwise 0.

    Args:
        results: of all claims.
        allow_unverified: whether only a refuted claim counts.
    """
    if any(result.verdict is Verdict.REFUTED for result in results):
        return 1
    is_open = any(result.is_required and result.verdict is not Verdict.CONFIRMED for result in results)
    return int(is_open and not allow_unverified)
