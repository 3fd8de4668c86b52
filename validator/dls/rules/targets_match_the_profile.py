"""DLS503: targets are the profiles."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext, repeats
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

    Who may drop a target drops the one that failed; who may write a margin writes a wide one. A claim that compares with
    something else than the teacher has none.
    """
    if context.profile is None:
        return
    for i, claim in enumerate(context.statement.claims):
        wanted = context.profile_targets(claim)
        for j, target in enumerate(claim.targets):
            if context.planned(claim, target) is None:
                yield Violation(
                    f"/claims/{i}/targets/{j}",
                    f"claim '{claim.id}' has a target that profile '{context.profile.id}' does not give it: {target_text(target)}",
                )
        for other in wanted:
            if not any(repeats(target, other) for target in claim.targets):
                yield Violation(
                    f"/claims/{i}/targets",
                    f"claim '{claim.id}' lacks a target of profile '{context.profile.id}': {target_text(other)}",
                )
