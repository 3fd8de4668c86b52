"""DLS407: teacher clears chance."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import reading_ends
from dls.rules._rule import rule

_ABOUT_TEACHER = {"teacher_at_chance", "teacher_interval_missing"}


@rule("DLS407", spec="outcomes")
def teacher_clears_chance(context: RuleContext) -> Iterator[Violation]:
    """Where the teacher's interval touches chance, nothing relative to it is preserved or lost.

    ## Why

    No worse than a teacher who guesses is no achievement, and nothing can be lost of what was not there.
    """
    for judgement in context.targets():
        claim, target = judgement.claim, judgement.target
        if (
            target.outcome != "inconclusive"
            and judgement.interval_outcome is not None
            and _ABOUT_TEACHER.intersection(judgement.forced_reasons)
        ):
            ends = reading_ends(claim.teacher)
            found = (
                f"its interval {ends[0]:.4g} to {ends[1]:.4g} touches chance"
                if ends
                else "no interval or count shows that it clears chance"
            )
            yield Violation(
                f"{judgement.pointer}/outcome",
                f"claim '{claim.id}' says {target.outcome} relative to a teacher at chance: {found}",
            )
