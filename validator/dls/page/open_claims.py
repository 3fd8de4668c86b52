"""The claims that are lost or inconclusive, each with the acceptance that answers for it."""

from collections.abc import Sequence

from dls.judging.context import RuleContext
from dls.judging.outcome import worst_outcome
from dls.model import Claim
from dls.page.acceptances import Acceptances
from dls.page.phrases import INCONCLUSIVE, REASONS, interval_text, loss_text, reading_text, student_text
from dls.page.rows import title_of
from dls.page.view import OpenClaim, Row


def open_claims_of(context: RuleContext, acceptances: Acceptances, rows: Sequence[Row]) -> tuple[OpenClaim, ...]:
    """Return them in the order of the statement, each by the worse of its declared and its derived outcome."""
    by_claim: dict[str, list[Row]] = {}
    for row in rows:
        by_claim.setdefault(row.claim, []).append(row)
    claims = context.statement.claims
    views = (_open_claim(context, acceptances, claim, by_claim.get(claim.id, [])) for claim in claims)
    return tuple(view for view in views if view.outcome in ("lost", "inconclusive"))


def _open_claim(context: RuleContext, acceptances: Acceptances, claim: Claim, rows: Sequence[Row]) -> OpenClaim:
    acceptance = acceptances.of_claim(claim)
    outcome = worst_outcome((claim.outcome, *(row.outcome for row in rows)))
    return OpenClaim(
        claim=claim.id,
        dimension=claim.dimension,
        title=title_of(context, claim),
        outcome=outcome,
        numbers=_numbers(claim),
        share=_share(rows),
        reason=_reason(claim, rows) if outcome == "inconclusive" else None,
        acceptance=acceptance,
        acceptedness=acceptances.standing(acceptance),
    )


def _numbers(claim: Claim) -> str:
    """Return the values of both models with the loss; of a metric of the pair, its one value."""
    if claim.pair is not None:
        return f"{student_text(claim)}{interval_text(claim.pair.interval)}"
    return f"{reading_text(claim.baseline)} → {student_text(claim)}, loss {loss_text(claim)}"


def _share(rows: Sequence[Row]) -> str | None:
    shares = [row.place.value for row in rows if row.place is not None and row.place.value is not None]
    return f"{max(shares):.2g} times its margin" if shares else None


def _reason(claim: Claim, rows: Sequence[Row]) -> str:
    stated = REASONS[claim.reason] if claim.reason else INCONCLUSIVE
    return next((row.reason for row in rows if row.reason is not None), stated)
