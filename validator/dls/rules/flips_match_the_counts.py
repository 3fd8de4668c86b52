"""DLS215: flips match the counts."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS215", spec="claims")
def flips_match_the_counts(context: RuleContext) -> Iterator[Violation]:
    """The items that only one model got right make up the difference of the counts.

    ## Why

    An item on which both models are right, or both are wrong, leaves the difference unchanged. So
    `teacher_only - student_only` is the difference. The counts also leave room for only so many such items.
    """
    for entry in context.claims:
        pointer, claim = entry.pointer, entry.claim
        comparator, student, flips = claim.baseline, claim.student, claim.flips
        if flips is None or comparator is None or student is None or comparator.count is None or student.count is None:
            continue
        difference = comparator.count - student.count
        room = comparator.count if student.n is None else min(comparator.count, student.n - student.count)
        if flips.teacher_only - flips.student_only != difference:
            text = f"{flips.teacher_only} - {flips.student_only}"
            yield Violation(
                f"{pointer}/flips", f"claim '{claim.id}': the flips give {text}; the counts differ by {difference}"
            )
        elif student.n is not None and flips.teacher_only > room:
            yield Violation(
                f"{pointer}/flips/teacher_only",
                f"claim '{claim.id}': teacher_only is {flips.teacher_only}; the counts leave room for at most {room}",
            )
