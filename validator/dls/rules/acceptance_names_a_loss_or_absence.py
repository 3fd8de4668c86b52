"""DLS606: acceptance is of something open."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


def _is_absent(dimension: str, metric: str | None, absent: set[tuple[str, str | None]]) -> bool:
    return (dimension, metric) in absent if metric else any(entry[0] == dimension for entry in absent)


@rule("DLS606", spec="acceptances")
def acceptance_names_a_loss_or_absence(context: RuleContext) -> Iterator[Violation]:
    """An acceptance names one claim that is lost or inconclusive, or one absence.

    ## Why

    An acceptance of nothing is what remains when the loss that it belonged to is deleted.
    """
    outcomes = {claim.id: claim.outcome for claim in context.statement.claims}
    absent: set[tuple[str, str | None]] = {
        (absence.dimension, absence.metric) for absence in context.statement.absences
    }
    for i, acceptance in enumerate(context.statement.acceptances):
        pointer = f"/acceptances/{i}"
        if (acceptance.claim is None) == (acceptance.dimension is None) or (acceptance.claim and acceptance.metric):
            yield Violation(pointer, "an acceptance names either a claim or a dimension (with or without a metric)")
        elif acceptance.claim is not None and outcomes.get(acceptance.claim) not in ("lost", "inconclusive"):
            found = outcomes.get(acceptance.claim)
            yield Violation(
                f"{pointer}/claim",
                f"claim '{acceptance.claim}' {'is ' + found + ', so nothing has to be accepted' if found else 'does not exist'}",
            )
        elif acceptance.dimension is not None and not _is_absent(acceptance.dimension, acceptance.metric, absent):
            yield Violation(
                f"{pointer}/dimension", f"no absence of {acceptance.metric or acceptance.dimension} is stated"
            )
