"""Who owes an acceptance, and for what."""

from dls.judging.context import RuleContext
from dls.model import Absence, Statement


def owes_acceptances(statement: Statement) -> bool:
    """Whether the issuer answers for the losses: a publisher, or a third party with regenerated evidence."""
    return statement.issuer.role == "publisher" or any(entry.kind == "regenerated" for entry in statement.evidence)


def is_required_absence(context: RuleContext, absence: Absence) -> bool:
    """Whether a target of the profile is about what is absent."""
    targets = context.profile.targets if context.profile else ()
    return any(absence.covers(target.dimension, target.metric, target.probe) for target in targets)
