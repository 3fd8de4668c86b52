"""From a statement's file to its page."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dls.checking.validate import Report, check
from dls.document.reader import read
from dls.errors import DlsError
from dls.finding import shortened
from dls.judging.assess import assessment_of
from dls.judging.context import RuleContext
from dls.model import Assurance, Claim, Model, Statement
from dls.page.acceptances import Acceptances
from dls.page.failed_checks import failed_checks_of
from dls.page.open_claims import open_claims_of
from dls.page.phrases import loss_text, reading_text, student_text
from dls.page.record_views import records_of
from dls.page.rows import groups_of, rows_of, title_of
from dls.page.verdict_line import verdict_line_of
from dls.page.view import (
    Checks,
    FindingView,
    ListedRun,
    ModelView,
    OtherClaim,
    Page,
    Records,
    Use,
    VerdictLine,
    WithdrawalView,
)
from dls.verifying.comparison import ClaimResult, Verdict
from dls.verifying.recompute import open_context

if TYPE_CHECKING:
    from dls.signing.keys import TrustedKey


def page_of(
    path: Path,
    *,
    today: date | None = None,
    recomputed_claims: Sequence[ClaimResult] | None = None,
    trust: "tuple[TrustedKey, ...] | None" = None,
    with_records: bool = True,
    result: Report | None = None,
) -> Page:
    """Return the page of a statement. A faulty statement has one too, with its findings.

    Args:
        path: of the statement.
        today: the day from which a review counts as overdue; None for the present one.
        recomputed_claims: the results of `dls recompute`, where it ran.
        trust: keys whose signed reproductions the reader believes.
        with_records: whether to read the records beside the statement.
        result: of its check, where that was done; its path is the one that the page names.

    Raises:
        DlsError: the file cannot be read, or is another document.
    """
    result = check(path, trust=trust) if result is None else result
    if result.kind not in (None, "statement"):
        raise DlsError(f"{path} is another document of the standard; a report shows a statement")
    try:
        context = open_context(path)
    except DlsError:
        return _bare_page(_members(path), result)
    day = today or datetime.now(UTC).date()
    return _page(context, result, day, recomputed_claims, records_of(context) if with_records else Records())


def _page(
    context: RuleContext,
    result: Report,
    today: date,
    recomputed_claims: Sequence[ClaimResult] | None,
    records: Records,
) -> Page:
    statement = context.statement
    acceptances = Acceptances(statement, today)
    rows = rows_of(context, acceptances)
    groups = groups_of(context, acceptances, rows)
    failed_checks = failed_checks_of(context)
    checks = _checks(context, result, recomputed_claims)
    return Page(
        teacher=_model(statement.teacher),
        student=_model(statement.student),
        language=statement.language,
        issuer=statement.issuer.name,
        role=statement.issuer.role,
        issued=statement.issued,
        revision=statement.revision,
        id=statement.id,
        core_sha256=context.core_sha256,
        verdict=verdict_line_of(context, rows, groups, failed_checks, checks),
        findings=_findings(result),
        checks=checks,
        withdrawal=_withdrawal(statement),
        scene=_use(context),
        groups=groups,
        open_claims=open_claims_of(context, acceptances, rows),
        failed_checks=failed_checks,
        limits=statement.limits,
        training=_TRAINING.get(statement.distillation.trained_on_probe_items, ""),
        others=tuple(_other(context, claim) for claim in statement.claims if not claim.targets),
        records=records,
    )


_TRAINING = {
    "yes": "The student was trained on items like those of the probes: its numbers may not hold on others.",
    "unknown": "The issuer does not know whether the student was trained on items like those of the probes.",
}


def _withdrawal(statement: Statement) -> WithdrawalView | None:
    """Return the withdrawal; a status without one, which is an error, still shows."""
    end = statement.withdrawal
    if end is not None:
        return WithdrawalView(withdrawn_on=end.withdrawn_on, reason=end.reason, successor=end.successor)
    return WithdrawalView(withdrawn_on="", reason="", successor=None) if statement.status else None


def _checks(context: RuleContext, result: Report, recomputed_claims: Sequence[ClaimResult] | None) -> Checks:
    statement = context.statement
    return Checks(
        claimed=statement.assurance,
        established=_established(context, result, recomputed_claims),
        errors=result.errors,
        warnings=result.warnings,
        recomputed=_recomputed(recomputed_claims),
        second_runs=tuple(_second_runs(context)),
        commands=_commands(result.path, has_probe=any(claim.probe for claim in statement.claims)),
    )


def _use(context: RuleContext) -> Use:
    scenario, profile = context.statement.scenario, context.profile
    return Use(
        title=profile.title if profile else scenario.profile,
        profile=f"{scenario.profile} {scenario.version}",
        is_own_profile=profile is None or not profile.builtin,
        fixed_on=scenario.fixed_on,
        intended_use=scenario.intended_use,
        out_of_scope=scenario.out_of_scope,
        stakes=scenario.stakes,
    )


def _members(path: Path) -> dict[str, Any]:
    value = read(path).value
    if not isinstance(value, dict):
        raise DlsError(f'{path} holds no statement; wanted its members, as in dls_version: "1.0"')
    return value


def _bare_page(members: dict[str, Any], result: Report) -> Page:
    """Return the page of a document that breaks its schema: the names that are there, and the findings."""
    text = f"{result.errors} errors: this document is no valid statement, and nothing of it is judged"
    return Page(
        teacher=ModelView(name=_text(members, "teacher", "name")),
        student=ModelView(name=_text(members, "student", "name")),
        language=None,
        issuer=_text(members, "issuer", "name"),
        role=_text(members, "issuer", "role"),
        issued=_text(members, "issued"),
        revision=0,
        id=_text(members, "id"),
        core_sha256=None,
        verdict=VerdictLine(met=0, targets=0, lost=0, inconclusive=0, absent=0, is_accepted=False, text=text),
        findings=_findings(result),
        checks=Checks(
            claimed=None,
            established="declared",
            errors=result.errors,
            warnings=result.warnings,
            recomputed=None,
            second_runs=(),
            commands=_commands(result.path, has_probe=False),
        ),
    )


def _text(members: Any, *names: str) -> str:
    for name in names:
        members = members.get(name) if isinstance(members, dict) else None
    return shortened(members) if isinstance(members, str) else "(not stated)"


def _model(model: Model) -> ModelView:
    return ModelView(
        name=model.name,
        source=model.source,
        revision=model.revision or model.snapshot,
        weights_sha256=model.weights_sha256,
    )


def _findings(result: Report) -> tuple[FindingView, ...]:
    return tuple(
        FindingView(
            code=finding.code,
            severity=finding.severity,
            message=finding.message,
            line=finding.line,
            pointer=finding.pointer,
        )
        for finding in result.findings
    )


def _established(context: RuleContext, result: Report, recomputed_claims: Sequence[ClaimResult] | None) -> Assurance:
    """Return the level that check and recomputation establish together."""
    assessment = assessment_of(context)
    if result.assurance != "consistent" or recomputed_claims is None or assessment is None:
        return result.assurance
    target_claims = [claim for claim in recomputed_claims if claim.is_required]
    is_recomputed = target_claims and all(claim.verdict == Verdict.CONFIRMED for claim in target_claims)
    is_refuted = any(claim.verdict == Verdict.REFUTED for claim in recomputed_claims)
    if is_refuted:
        return "declared"
    return "recomputed" if is_recomputed and assessment.assurance != "consistent" else result.assurance


def _recomputed(results: Sequence[ClaimResult] | None) -> str | None:
    if results is None:
        return None
    confirmations = sum(result.verdict == Verdict.CONFIRMED for result in results)
    refutations = sum(result.verdict == Verdict.REFUTED for result in results)
    rest = f"; {refutations} refuted" if refutations else ""
    return f"{confirmations} of {len(results)} claims follow from the records, number for number{rest}"


def _second_runs(context: RuleContext) -> list[ListedRun]:
    reports = dict(context.reports())
    return [
        ListedRun(by=entry.by, performed_on=entry.performed_on, result=_report_text(reports.get(i)))
        for i, entry in enumerate(context.statement.reproductions)
    ]


def _report_text(report: Any) -> str:
    if report is None:
        return "its report is not at hand here"
    confirmations = sum(entry.verdict == "confirmed" for entry in report.claims)
    return f"{confirmations} of {len(report.claims)} claims confirmed"


def _commands(path: str, *, has_probe: bool) -> tuple[str, ...]:
    name = shortened(Path(path).name)
    commands = (f"dls validate {name}", f"dls recompute {name}")
    return (*commands, f"dls reproduce {name} --teacher T --student S -o report.yaml") if has_probe else commands


def _other(context: RuleContext, claim: Claim) -> OtherClaim:
    return OtherClaim(
        claim=claim.id,
        dimension=claim.dimension,
        metric=claim.metric,
        title=title_of(context, claim),
        comparator=claim.comparator,
        teacher=reading_text(claim.baseline),
        student=student_text(claim),
        loss=loss_text(claim),
        n=claim.items.n if claim.items else None,
    )
