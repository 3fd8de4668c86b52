"""DLS602: justification matches the status."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

JUSTIFICATIONS = {
    "not_measured": (
        "no_training_data_access",
        "insufficient_model_access",
        "no_probe_for_modality",
        "too_costly",
        "not_in_source",
        "legal_restriction",
    ),
    "not_applicable": ("modality", "no_such_function"),
    "withheld": ("security", "third_party_confidential"),
}


@rule("DLS602", spec="absences")
def justification_matches_the_status(context: RuleContext) -> Iterator[Violation]:
    """The justification of an absence belongs to its status.

    ## Why

    "Too costly" says that a measurement is possible. "No such function" says that none is possible. An absence cannot
    say both.
    """
    for i, absence in enumerate(context.statement.absences):
        options = JUSTIFICATIONS[absence.status]
        if absence.justification not in options:
            yield Violation(
                f"/absences/{i}/justification",
                f"{absence.justification} does not justify {absence.status}; wanted one of {', '.join(options)}",
            )
