"""DLS314: failed check is inconclusive."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import ClaimedTarget
from dls.rules._rule import rule


@rule("DLS314", spec="outcomes")
def failed_check_is_inconclusive(context: RuleContext) -> Iterator[Violation]:
    """With a failed validity check nothing is preserved, and beside a teacher that failed one nothing is lost either.

    ## Why

    A model that puts a tenth of its probability on the options was not measured. Nor was a model whose answers cannot
    be read. A mute model leaks no secret, but it keeps none either.

    A student that alone fails a check of its teacher has lost more, not less, so the check never excuses a loss. Nor
    does a check that the probe does not make.
    """
    for claimed_target in context.targets:
        outcome, claim = claimed_target.target.outcome, claimed_target.claim
        failures = claimed_target.conditions.failed_checks
        clauses = failures.clauses if outcome == "preserved" else failures.excuses if outcome == "lost" else ()
        if clauses:
            yield Violation(
                f"{claimed_target.pointer}/outcome",
                f"claim '{claim.id}' says {outcome}, but a validity check failed: {', '.join(clauses)}; "
                f"wanted {_outcome(claimed_target)}",
            )


def _outcome(claimed_target: ClaimedTarget) -> str:
    """Return the outcome that a failed check leaves: `lost` stays unless the teacher failed as well."""
    is_lost = claimed_target.interval_outcome == "lost" and not claimed_target.forced_reasons
    return "lost" if is_lost else "inconclusive"
