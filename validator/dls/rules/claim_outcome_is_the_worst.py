"""DLS210: claim outcome is the worst."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.outcome import worst_outcome
from dls.rules._rule import rule


@rule("DLS210", spec="outcomes")
def claim_outcome_is_the_worst(context: RuleContext) -> Iterator[Violation]:
    """A claim's outcome is the worst outcome of its targets, or `reported` without a target.

    ## Why

    A claim that meets a loose target and misses a strict one has missed. A claim without a target supports nothing.
    """
    for i, claim in enumerate(context.statement.claims):
        outcome = worst_outcome(tuple(target.outcome for target in claim.targets))
        if claim.outcome != outcome:
            yield Violation(
                f"/claims/{i}/outcome", f"claim '{claim.id}' says {claim.outcome}; its targets give {outcome}"
            )
