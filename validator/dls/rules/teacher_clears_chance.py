"""DLS407: teacher clears chance."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import reading_ends
from dls.rules._rule import rule

_ABOUT_TEACHER = {"teacher_at_chance", "teacher_interval_missing"}


@rule("DLS407", spec="outcomes")
def teacher_clears_chance(context: RuleContext) -> Iterator[Violation]:
    """If the teacher's interval touches chance, no outcome relative to the teacher is preserved or lost.

    ## Why

    It is no achievement to be no worse than a teacher who guesses. A student cannot lose a capability that the teacher
    did not have.
    """
    for claimed_target in context.targets:
        claim, target = claimed_target.claim, claimed_target.target
        if (
            target.outcome != "inconclusive"
            and claimed_target.interval_outcome is not None
            and _ABOUT_TEACHER.intersection(claimed_target.forced_reasons)
        ):
            ends = reading_ends(claim.teacher)
            problem = (
                f"its interval {ends[0]:.4g} to {ends[1]:.4g} touches chance"
                if ends
                else "no interval or count shows that it clears chance"
            )
            yield Violation(
                f"{claimed_target.pointer}/outcome",
                f"claim '{claim.id}' says {target.outcome} beside a teacher at chance: {problem}; wanted inconclusive",
            )
