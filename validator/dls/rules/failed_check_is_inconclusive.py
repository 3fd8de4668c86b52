"""DLS314: failed check is inconclusive."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS314", spec="outcomes")
def failed_check_is_inconclusive(context: RuleContext) -> Iterator[Violation]:
    """If a validity check of the probe failed for a model, the outcome is inconclusive.

    ## Why

    A model that puts a tenth of its probability on the options was not measured. Nor was a model whose answers cannot
    be read. A mute model leaks no secret, but it keeps none either.
    """
    for claimed_target in context.targets:
        outcome, claim = claimed_target.target.outcome, claimed_target.claim
        if outcome != "inconclusive" and "validity_check_failed" in claimed_target.forced_reasons:
            checks = ", ".join(claimed_target.conditions.failed_checks)
            yield Violation(
                f"{claimed_target.pointer}/outcome",
                f"claim '{claim.id}' says {outcome}, but a validity check failed: {checks}; wanted inconclusive",
            )
