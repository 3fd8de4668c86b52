"""The acceptances of a statement, found by what they accept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dls.judging.acceptance_duty import is_complete, owes_acceptances
from dls.model import Absence, Acceptance, Claim, Statement
from dls.page.view import AcceptanceView, Acceptedness


@dataclass(frozen=True)
class Acceptances:
    """A statement's acceptances as a reader sees them on a day."""

    statement: Statement
    today: date

    def of_claim(self, claim: Claim) -> AcceptanceView | None:
        """Return the acceptance of a claim; one whose gaps are still to be filled is none."""
        return self._view(self._by_claim.get(claim.id))

    @cached_property
    def _by_claim(self) -> Mapping[str | None, Acceptance]:
        return {entry.claim: entry for entry in reversed(self.statement.acceptances)}

    def of_absence(self, absence: Absence) -> AcceptanceView | None:
        """Return the acceptance of an absence: of its metric, or of the whole dimension."""
        return self._view(next((entry for entry in self.statement.acceptances if entry.covers(absence)), None))

    def standing(self, view: AcceptanceView | None) -> Acceptedness:
        """Return whether a loss is accepted; a third party that ran nothing owes no acceptance."""
        if view is not None:
            return "accepted"
        return "not accepted" if owes_acceptances(self.statement) else "no acceptance owed"

    def _view(self, entry: Acceptance | None) -> AcceptanceView | None:
        if entry is None or not is_complete(entry):
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
