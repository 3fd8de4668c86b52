"""The acceptances of a statement, found by what they accept."""

from dataclasses import dataclass
from datetime import date

from dls.model import Absence, Acceptance, Claim, Statement
from dls.page.view import AcceptanceView, Acceptedness


@dataclass(frozen=True)
class Acceptances:
    """A statement's acceptances as a reader sees them on a day."""

    statement: Statement
    today: date

    def of_claim(self, claim: Claim) -> AcceptanceView | None:
        """Return the acceptance of a claim."""
        return self._view(next((entry for entry in self.statement.acceptances if entry.claim == claim.id), None))

    def of_absence(self, absence: Absence) -> AcceptanceView | None:
        """Return the acceptance of an absence: of its metric, or of the whole dimension."""
        entries = (
            entry
            for entry in self.statement.acceptances
            if entry.dimension == absence.dimension and entry.metric in (None, absence.metric)
        )
        return self._view(next(entries, None))

    def standing(self, view: AcceptanceView | None) -> Acceptedness:
        """Return whether a loss is accepted; a third party that ran nothing owes no acceptance."""
        if view is not None:
            return "accepted"
        has_run = any(entry.kind == "regenerated" for entry in self.statement.evidence)
        owes = self.statement.issuer.role == "publisher" or has_run
        return "not accepted" if owes else "no acceptance owed"

    def _view(self, entry: Acceptance | None) -> AcceptanceView | None:
        if entry is None:
            return None
        return AcceptanceView(
            reason=entry.reason,
            borne_by=entry.borne_by,
            mitigation=entry.mitigation,
            monitoring=entry.monitoring,
            accepted_by=entry.accepted_by,
            review_by=entry.review_by,
            is_overdue=entry.review_by < self.today.isoformat(),
        )
