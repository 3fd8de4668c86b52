"""DLS215: flips fit the counts."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS215", spec="claims")
def flips_match_the_counts(context: RuleContext) -> Iterator[Violation]:
    """The items that only one model got right make up the difference of the counts.

    ## Why

    An item that both models answer alike moves neither count, so teacher_only - student_only is the difference, and neither
    can exceed what the counts leave room for.
    """
    for entry in context.claims():
        pointer, claim = entry.pointer, entry.claim
        compared, student, flips = claim.compared, claim.student, claim.flips
        if flips is None or compared is None or student is None or compared.count is None or student.count is None:
            continue
        if flips.teacher_only - flips.student_only != compared.count - student.count:
            yield Violation(
                f"{pointer}/flips",
                f"claim '{claim.id}': {flips.teacher_only} - {flips.student_only} is not the difference of the counts, {compared.count - student.count}",
            )
        elif student.n is not None and flips.teacher_only > min(compared.count, student.n - student.count):
            yield Violation(
                f"{pointer}/flips/teacher_only",
                f"claim '{claim.id}': the counts leave room for at most {min(compared.count, student.n - student.count)}",
            )
