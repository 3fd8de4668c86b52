"""DLS606: acceptance names a loss or absence."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


def _is_absent(dimension: str, metric: str | None, absences: set[tuple[str, str | None]]) -> bool:
    return (dimension, metric) in absences if metric else any(entry[0] == dimension for entry in absences)


@rule("DLS606", spec="acceptances")
def acceptance_names_a_loss_or_absence(context: RuleContext) -> Iterator[Violation]:
    """An acceptance names one claim that is lost or inconclusive, or one absence.

    ## Why

    If a loss is deleted, its acceptance stays behind and names nothing. If its numbers are made better by hand, its
    acceptance still says what was lost. Correct the claim, or restore the claim or the absence. Remove the acceptance
    only where nothing is lost.
    """
    outcomes = {claim.id: claim.outcome for claim in context.statement.claims}
    absences: set[tuple[str, str | None]] = {
        (absence.dimension, absence.metric) for absence in context.statement.absences
    }
    for i, acceptance in enumerate(context.statement.acceptances):
        pointer = f"/acceptances/{i}"
        if (acceptance.claim is None) == (acceptance.dimension is None) or (acceptance.claim and acceptance.metric):
            yield Violation(
                pointer,
                "the acceptance is not of one thing; wanted either a claim, or a dimension with or without a metric",
            )
        elif acceptance.claim is not None and outcomes.get(acceptance.claim) not in ("lost", "inconclusive"):
            outcome = outcomes.get(acceptance.claim)
            problem = (
                f"is {outcome}, and only a lost or inconclusive one is accepted; correct the claim or the acceptance"
                if outcome
                else "does not exist; restore it, or remove the acceptance"
            )
            yield Violation(f"{pointer}/claim", f"claim '{acceptance.claim}' {problem}")
        elif acceptance.dimension is not None and not _is_absent(acceptance.dimension, acceptance.metric, absences):
            name = acceptance.metric or acceptance.dimension
            yield Violation(
                f"{pointer}/dimension", f"no absence of {name} is stated; state it, or remove the acceptance"
            )
