"""All changes between two statements."""

from typing import NamedTuple

from dls.revisions.change import FAILURES, KINDS, Change, Kind
from dls.revisions.claims import claim_changes
from dls.revisions.members import (
    absence_changes,
    acceptance_changes,
    assurance_changes,
    evidence_changes,
    model_changes,
    scenario_changes,
    statement_changes,
)
from dls.revisions.sides import Side

_LISTS = ("claims", "absences", "acceptances", "evidence", "reproductions")


class Difference(NamedTuple):
    """The changes between two statements: claims first, and of each part the worst first."""

    old: str
    new: str
    changes: tuple[Change, ...]
    sizes: dict[str, tuple[int, int]]

    @property
    def counts(self) -> dict[Kind, int]:
        """The number of changes of each kind."""
        return {kind: sum(change.kind == kind for change in self.changes) for kind in KINDS}

    @property
    def fails(self) -> bool:
        """Whether a change is for the worse, or says less than before."""
        return any(change.kind in FAILURES for change in self.changes)


def difference_of(old: Side, new: Side) -> Difference:
    """Return the changes from one statement to another, as both declare them; `dls validate` judges each."""
    parts = (
        claim_changes,
        absence_changes,
        acceptance_changes,
        evidence_changes,
        assurance_changes,
        model_changes,
        scenario_changes,
        statement_changes,
    )
    changes = tuple(
        change for part in parts for change in sorted(part(old, new), key=lambda change: KINDS.index(change.kind))
    )
    sizes = {name: (len(getattr(old.statement, name)), len(getattr(new.statement, name))) for name in _LISTS}
    return Difference(old.name, new.name, changes, sizes)
