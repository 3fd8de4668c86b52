"""DLS605: losses and absences are accepted."""

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
    """A publisher writes an acceptance for each lost or inconclusive claim, and for each required absence.

    ## Why

    A statement does not promise that nothing was lost. It names the party that answers for each loss. It also gives the
    reason, the party that bears the loss, the mitigation, and the sign that would change the decision. A third party
    does not answer for another party's model, so it writes no acceptances.
    """
    if context.statement.issuer.role != "publisher":
        return
    claims = {acceptance.claim for acceptance in context.statement.acceptances}
    for i, claim in enumerate(context.statement.claims):
        if claim.outcome in ("lost", "inconclusive") and claim.id not in claims:
            problem = f"claim '{claim.id}' is {claim.outcome} and has no acceptance"
            yield Violation(f"/claims/{i}/outcome", f"{problem}; add one, or withdraw the student from this use")
    for i, absence in enumerate(context.statement.absences):
        if _is_required(context, absence) and not any(
            _covers(acceptance, absence) for acceptance in context.statement.acceptances
        ):
            name = absence.metric or absence.dimension
            yield Violation(
                f"/absences/{i}",
                f"the profile requires {name}, which was not measured and has no acceptance; add an acceptance",
            )
