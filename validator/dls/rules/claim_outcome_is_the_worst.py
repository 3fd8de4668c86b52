"""DLS210: claim has its worst outcome."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import worst
from dls.rules._rule import rule


@rule("DLS210", spec="outcomes")
def claim_outcome_is_the_worst(context: RuleContext) -> Iterator[Violation]:
    """A claim's outcome is the worst of its targets; without a target it is `reported`.

    ## Why

    A claim that meets a loose target and misses a strict one has missed. A claim without a target supports nothing.
    """
    for i, claim in enumerate(context.statement.claims):
        expected = worst(tuple(target.outcome for target in claim.targets))
        if claim.outcome != expected:
            yield Violation(
                f"/claims/{i}/outcome", f"claim '{claim.id}' says {claim.outcome}; its targets make it {expected}"
            )
