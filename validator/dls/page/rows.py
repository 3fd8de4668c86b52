"""The rows of the forest plot: the targets by dimension, and each absence in its place."""

from collections.abc import Iterator, Sequence

from dls.judging.acceptance_duty import is_required_absence, owes_acceptances
from dls.judging.context import RuleContext
from dls.judging.judgement import ClaimedTarget, judge_target, unit_count
from dls.judging.limit_use import share_of_limit
from dls.judging.outcome import worst_outcome
from dls.judging.silences import silent_dimensions, silent_targets
from dls.model import Claim
from dls.page.acceptances import Acceptances
from dls.page.phrases import (
    INCONCLUSIVE,
    MARKS,
    QUESTIONS,
    REASONS,
    STATUSES,
    label_of,
    limit_text,
    loss_text,
    reading_text,
    student_text,
)
from dls.page.view import AbsenceView, Group, Row
from dls.standard.registry import DIMENSIONS, READINGS

_NO_SCALE = {
    "non_inferiority": "the margin is 0, so a share of it has no meaning",
    "absolute": "the teacher itself is at or past this limit, so there is no distance to use up",
    "retention": "all of the lead is required, so a share of the rest has no meaning",
}


def rows_of(context: RuleContext, acceptances: Acceptances) -> tuple[Row, ...]:
    """Return a row for each target of each claim, in the order of the statement."""
    targets = {target.pointer: target for target in context.targets}
    return tuple(
        _row(context, acceptances, claim, j, targets.get(f"/claims/{i}/targets/{j}"))
        for i, claim in enumerate(context.statement.claims)
        for j in range(len(claim.targets))
    )


def groups_of(context: RuleContext, acceptances: Acceptances, rows: Sequence[Row]) -> tuple[Group, ...]:
    """Return the dimensions in the order of the specification, the two reference readings last."""
    absences = [*_absences(context, acceptances), *_silences(context)]
    claims = context.statement.claims
    groups = (
        Group(
            dimension=dimension,
            question=QUESTIONS[dimension],
            rows=tuple(row for row in rows if row.dimension == dimension),
            absences=tuple(absence for absence in absences if absence.dimension == dimension),
            other_claims=sum(claim.dimension == dimension and not claim.targets for claim in claims),
        )
        for dimension in (*DIMENSIONS, *READINGS)
    )
    return tuple(group for group in groups if group.rows or group.absences or group.other_claims)


def title_of(context: RuleContext, claim: Claim) -> str:
    """Return the title of a claim's metric, its id where nothing defines it, and the data set that it names."""
    metric = context.metrics.get(claim.metric)
    title = metric.title if metric else claim.metric
    parts = (claim.on.dataset, claim.on.config, claim.on.slice) if claim.on else ()
    return f"{title} on {' '.join(filter(None, parts))}" if parts else title


def _row(
    context: RuleContext, acceptances: Acceptances, claim: Claim, index: int, judged_target: ClaimedTarget | None
) -> Row:
    target, metric = claim.targets[index], context.metrics.get(claim.metric)
    outcome, reason = target.outcome, REASONS[claim.reason] if claim.reason else None
    if judged_target is not None:
        plan = context.planned_n(claim, target)
        judgement = judge_target(claim, target, judged_target.conditions, plan)
        outcome = worst_outcome((target.outcome, judgement.outcome))  # type: ignore[assignment]
        reason = REASONS[judgement.reasons[0]] if judgement.reasons else reason
    place = share_of_limit(claim, target, metric)
    is_open = outcome in ("lost", "inconclusive")
    return Row(
        claim=claim.id,
        dimension=claim.dimension,
        metric=claim.metric,
        title=title_of(context, claim),
        probe=claim.probe.id if claim.probe else None,
        teacher=reading_text(claim.teacher or claim.reference),
        student=student_text(claim),
        loss=loss_text(claim),
        limit=limit_text(target),
        n=unit_count(claim, target) or (claim.items.n if claim.items else None),
        outcome=outcome,
        declared=target.outcome,
        reason=(reason or INCONCLUSIVE) if outcome == "inconclusive" else None,
        marks=tuple(MARKS[mark] for mark in claim.marks),
        place=place,
        place_note=None if place else _NO_SCALE[target.kind],
        acceptedness=acceptances.standing(acceptances.of_claim(claim)) if is_open else None,
    )


def _absences(context: RuleContext, acceptances: Acceptances) -> Iterator[AbsenceView]:
    for absence in context.statement.absences:
        is_required = is_required_absence(context, absence)
        acceptance = acceptances.of_absence(absence)
        yield AbsenceView(
            dimension=absence.dimension,
            metric=absence.metric,
            title=_absence_title(context, absence.dimension, absence.metric),
            status=absence.status,
            label=label_of(absence),
            note=absence.note,
            is_required=is_required,
            acceptance=acceptance,
            acceptedness=acceptances.standing(acceptance) if is_required or acceptance else None,
        )


def _silences(context: RuleContext) -> Iterator[AbsenceView]:
    """Yield the dimensions of which the document says nothing, and the required metrics without claim and absence."""
    dimensions = set(silent_dimensions(context))
    yield from (_silence(context, dimension, None) for dimension in DIMENSIONS if dimension in dimensions)
    targets = [target for target in silent_targets(context) if target.dimension not in dimensions]
    for dimension, metric in dict.fromkeys((target.dimension, target.metric) for target in targets):
        yield _silence(context, dimension, metric)


def _absence_title(context: RuleContext, dimension: str, metric: str | None) -> str:
    entry = context.metrics.get(metric) if metric else None
    return entry.title if entry else metric or dimension.replace("_", " ")


def _silence(context: RuleContext, dimension: str, metric: str | None) -> AbsenceView:
    return AbsenceView(
        dimension=dimension,
        metric=metric,
        title=_absence_title(context, dimension, metric),
        status="not_stated",
        label=STATUSES["not_stated"],
        note="",
        is_required=metric is not None,
        acceptance=None,
        acceptedness=("not accepted" if owes_acceptances(context.statement) else "no acceptance owed")
        if metric
        else None,
    )
