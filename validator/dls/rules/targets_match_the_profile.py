"""DLS503: targets match the profile."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import repeats
from dls.model import LIMITS, ProfileTarget, Target
from dls.rules._rule import rule


def target_text(target: Target | ProfileTarget) -> str:
    """Return a target in words: its kind and its limit."""
    limits = ((name, getattr(target, name)) for name in LIMITS)
    return f"{target.kind}, " + " and ".join(f"{name} {value:g}" for name, value in limits if value is not None)


@rule("DLS503", spec="scenarios")
def targets_match_the_profile(context: RuleContext) -> Iterator[Violation]:
    """A claim has exactly its profile's targets, number for number.

    ## Why

    A publisher who may drop a target drops the one that failed. One who may write a margin writes a wide one. A claim
    against another comparator than the teacher has no targets.
    """
    if context.profile is None:
        return
    name = f"profile '{context.profile.id}'"
    for i, claim in enumerate(context.statement.claims):
        for j, target in enumerate(claim.targets):
            if context.profile_target(claim, target) is None:
                yield Violation(
                    f"/claims/{i}/targets/{j}",
                    f"claim '{claim.id}' has a target that {name} does not give it: {target_text(target)}; remove it",
                )
        for plan in context.profile_targets(claim):
            if not any(repeats(target, plan) for target in claim.targets):
                yield Violation(
                    f"/claims/{i}/targets",
                    f"claim '{claim.id}' lacks a target of {name}: {target_text(plan)}; add it",
                )
