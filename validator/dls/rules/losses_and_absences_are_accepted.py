"""DLS605: losses and absences are accepted."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.acceptance_duty import is_required_absence, owes_acceptances
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS605", spec="acceptances")
def losses_and_absences_are_accepted(context: RuleContext) -> Iterator[Violation]:
    """Each lost or inconclusive claim has an acceptance, and so has each absence that a target of the profile is about.

    ## Why

    A statement does not promise that nothing was lost. It names the party that answers for each loss. It also gives the
    reason, the party that bears the loss, the mitigation, and the sign that would change the decision.

    A third party that copies published numbers does not answer for another party's model, so it writes no acceptances.
    One that ran the models itself looks at a use of its own, and says as a publisher does who bears the losses there.
    """
    if not owes_acceptances(context.statement):
        return
    note = "" if context.statement.issuer.role == "publisher" else ": a third party with a run of its own owes one too"
    claims = {acceptance.claim for acceptance in context.statement.acceptances}
    for i, claim in enumerate(context.statement.claims):
        if claim.outcome in ("lost", "inconclusive") and claim.id not in claims:
            problem = f"claim '{claim.id}' is {claim.outcome} and has no acceptance{note}"
            yield Violation(f"/claims/{i}/outcome", f"{problem}; add one, or withdraw the student from this use")
    for i, absence in enumerate(context.statement.absences):
        if is_required_absence(context, absence) and not any(
            acceptance.covers(absence) for acceptance in context.statement.acceptances
        ):
            name = absence.metric or absence.dimension
            yield Violation(
                f"/absences/{i}",
                f"the profile requires {name}, which was not measured and has no acceptance{note}; add an acceptance",
            )
