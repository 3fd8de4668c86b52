"""DLS605: open items are accepted."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Absence, Acceptance
from dls.rules._rule import rule


def _is_required(context: RuleContext, absence: Absence) -> bool:
    if context.profile is None:
        return False
    targets = [target for target in context.profile.targets if target.dimension == absence.dimension]
    if absence.metric is not None:
        return any(absence.covers(target.dimension, target.metric, target.probe) for target in targets)
    return absence.dimension in context.profile.required or bool(targets)


def _covers(acceptance: Acceptance, absence: Absence) -> bool:
    return acceptance.dimension == absence.dimension and acceptance.metric in (None, absence.metric)


@rule("DLS605", spec="acceptances")
def losses_and_absences_are_accepted(context: RuleContext) -> Iterator[Violation]:
    """A publisher accepts in words what was lost, stayed inconclusive, or was required and not measured.

    ## Why

    The point of a statement is not that nothing was lost but that somebody answers for what was: why, who bears it, what is
    done, what would change the decision. A third party answers for nobody else's model, so of it no acceptance is asked.
    """
    if context.statement.issuer.role != "publisher":
        return
    accepted = {acceptance.claim for acceptance in context.statement.acceptances}
    for i, claim in enumerate(context.statement.claims):
        if claim.outcome in ("lost", "inconclusive") and claim.id not in accepted:
            yield Violation(
                f"/claims/{i}/outcome",
                f"claim '{claim.id}' is {claim.outcome} and nobody accepts it; add an acceptance, or withdraw the student from this use",
            )
    for i, absence in enumerate(context.statement.absences):
        if _is_required(context, absence) and not any(
            _covers(acceptance, absence) for acceptance in context.statement.acceptances
        ):
            yield Violation(
                f"/absences/{i}",
                f"the profile requires {absence.metric or absence.dimension}, which was not measured, and nobody accepts that; add an acceptance",
            )
