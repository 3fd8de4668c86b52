"""The verdict of a page: that on the statement, the losses that the evidence shows, and the level established here."""

from collections.abc import Sequence

from dls.judging.assess import assessment_of
from dls.judging.context import RuleContext
from dls.judging.verdict import ClaimTarget, StatementVerdict, counted, level_name, verdict_of
from dls.page.view import Checks, FailedCheck, Group, Row, VerdictLine


def verdict_line_of(
    context: RuleContext,
    rows: Sequence[Row],
    groups: Sequence[Group],
    failed_checks: Sequence[FailedCheck],
    checks: Checks,
) -> VerdictLine:
    """Return the verdict.

    Args:
        context: the statement.
        rows: of each target of each claim, in the order of the statement.
        groups: the same rows and the absences, by dimension.
        failed_checks: the validity checks that the student alone fails.
        checks: how far the statement was checked.
    """
    targets = ((claim, target) for claim in context.statement.claims for target in claim.targets)
    entries = [ClaimTarget(*pair, row.outcome) for pair, row in zip(targets, rows, strict=True)]
    assessment = assessment_of(context)
    verdict = verdict_of(context, assessment.met_targets if assessment else (), entries)
    return VerdictLine(
        met=verdict.met,
        targets=verdict.targets,
        lost=verdict.states["lost"],
        inconclusive=verdict.states["inconclusive"],
        absent=verdict.states["without a number"],
        is_accepted=_is_accepted(groups),
        text=_text(verdict, failed_checks, checks),
    )


def _text(verdict: StatementVerdict, failed_checks: Sequence[FailedCheck], checks: Checks) -> str:
    failures = [f"the student fails {counted(len(failed_checks), 'validity check')}"] if failed_checks else []
    level = "nothing" if checks.established == "declared" else level_name(checks.established)
    text = f"{verdict.line(*failures)}, established here: {level}"
    if checks.errors:
        return f"not valid as it stands ({counted(checks.errors, 'error')}); by its own numbers {text}"
    return text


def _is_accepted(groups: Sequence[Group]) -> bool:
    """Whether no loss, no inconclusive target and no required absence lacks an acceptance that the issuer owes."""
    rows = (row.acceptedness for group in groups for row in group.rows)
    absences = (absence.acceptedness for group in groups for absence in group.absences)
    return "not accepted" not in (*rows, *absences)
