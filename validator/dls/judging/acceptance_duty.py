"""Who owes an acceptance, and for what."""

from dls.judging.context import RuleContext
from dls.model import Absence, Acceptance, Statement
from dls.standard.numbers import GAP


def owes_acceptances(statement: Statement) -> bool:
    """Whether the issuer answers for the losses: a publisher, or a third party with regenerated evidence."""
    return statement.issuer.role == "publisher" or any(entry.kind == "regenerated" for entry in statement.evidence)


def is_complete(acceptance: Acceptance) -> bool:
    """Whether an acceptance says why, who bears the loss and who accepts it; with a gap in these it accepts nothing."""
    return not any(GAP in text for text in (acceptance.reason, acceptance.borne_by, acceptance.accepted_by))


def is_required_absence(context: RuleContext, absence: Absence) -> bool:
    """Whether a target of the profile is about what is absent."""
    targets = context.profile.targets if context.profile else ()
    return any(absence.covers(target.dimension, target.metric, target.probe) for target in targets)
