"""DLS209: outcome follows from the interval."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import tested_interval
from dls.model import LIMITS, Claim, Target
from dls.rules._rule import rule


def _tested_text(claim: Claim, target: Target) -> str:
    """Return in words the interval that a target tests, and the target's limit."""
    interval = tested_interval(claim, target)
    limit = next(f"{name} {value}" for name in LIMITS if (value := getattr(target, name)) is not None)
    if interval is None:
        return f"no interval beside {limit}"
    return f"its {interval.level:.0%} interval {interval.low} to {interval.high} beside {limit}"


@rule("DLS209", spec="outcomes")
def outcome_follows_from_the_interval(context: RuleContext) -> Iterator[Violation]:
    """A target's outcome is the one that its printed interval gives.

    ## Why

    If the whole interval lies on the good side of the margin, floor or cap, the outcome is `preserved`. If it lies
    wholly on the bad side, the outcome is `lost`. Otherwise it is `inconclusive`. "No significant difference" never
    gives `preserved`. Only an outcome that is held back for a stated `reason` may say less than its interval.
    """
    for claimed_target in context.targets:
        claim, target = claimed_target.claim, claimed_target.target
        outcome = claimed_target.interval_outcome or "inconclusive"
        if target.outcome == outcome or (target.outcome == "inconclusive" and claim.reason is not None):
            continue
        yield Violation(
            f"{claimed_target.pointer}/outcome",
            f"claim '{claim.id}' says {target.outcome}; {_tested_text(claim, target)} gives {outcome}",
        )
