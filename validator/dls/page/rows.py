"""The rows of the forest plot: the targets by dimension, and each absence in its place."""

from collections.abc import Iterator, Sequence

from dls.judging.context import RuleContext
from dls.judging.judgement import ClaimedTarget, judge_target, unit_count
from dls.judging.outcome import worst_outcome
from dls.model import Absence, Claim, ProfileTarget
from dls.page.acceptances import Acceptances
from dls.page.axis import place_of
from dls.page.view import AbsenceView, Group, Row
from dls.page.wording import (
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
from dls.standard.registry import DIMENSIONS, READINGS

_NO_SCALE = {
    "non_inferiority": "the margin is 0, so a share of it has no meaning",
    "absolute": "the teacher itself is at or past this limit, so there is no distance to use up",
    "retention": "all of the lead is required, so a share of the rest has no meaning",
}


def groups_of(context: RuleContext, acceptances: Acceptances) -> tuple[Group, ...]:
    """Return the dimensions in the order of the specification, the two reference readings last."""
    rows = list(_rows(context, acceptances))
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
    """Return the title of a claim's metric; its id where nothing defines it."""
    metric = context.metrics.get(claim.metric)
    return metric.title if metric else claim.metric


def reason_of(claim: Claim) -> str | None:
    """Return in words why a claim is inconclusive; None for another outcome."""
    if claim.outcome != "inconclusive":
        return None
    return REASONS[claim.reason] if claim.reason else INCONCLUSIVE


def _rows(context: RuleContext, acceptances: Acceptances) -> Iterator[Row]:
    places = {target.pointer: target for target in context.targets}
    for i, claim in enumerate(context.statement.claims):
        for j in range(len(claim.targets)):
            yield _row(context, acceptances, claim, j, places.get(f"/claims/{i}/targets/{j}"))


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
    place = place_of(claim, target, metric)
    is_open = outcome in ("lost", "inconclusive")
    return Row(
        claim=claim.id,
        dimension=claim.dimension,
        metric=claim.metric,
        title=title_of(context, claim),
        probe=claim.probe.id if claim.probe else None,
        on=claim.on.dataset if claim.on else None,
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
    targets = context.profile.targets if context.profile else ()
    for absence in context.statement.absences:
        is_required = _is_required(absence, targets)
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


def _is_required(absence: Absence, targets: Sequence[ProfileTarget]) -> bool:
    return any(absence.covers(target.dimension, target.metric, target.probe) for target in targets)


def _silences(context: RuleContext) -> Iterator[AbsenceView]:
    """Yield the dimensions of which the document says nothing, and the required metrics without claim and absence."""
    statement = context.statement
    shown = {claim.dimension for claim in statement.claims} | {absence.dimension for absence in statement.absences}
    for dimension in DIMENSIONS:
        if dimension not in shown:
            yield _silence(context, dimension, None)
    stated = [target for claim in statement.claims for target in context.required_targets(claim)]
    for target in context.profile.targets if context.profile else ():
        is_absent = any(entry.covers(target.dimension, target.metric, target.probe) for entry in statement.absences)
        if target not in stated and not is_absent and target.dimension in shown:
            yield _silence(context, target.dimension, target.metric)


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
        acceptedness="not accepted" if metric else None,
    )
