"""DLS211: marks follow from the interval."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import marks
from dls.rules._rule import rule


@rule("DLS211", spec="outcomes")
def marks_follow_from_the_interval(context: RuleContext) -> Iterator[Violation]:
    """`improved` and `degraded_within_margin` stand beside `preserved` exactly if the loss's interval gives them.

    ## Why

    A loss can be certain although it is within the margin. Then the interval lies above 0, and the claim has to say so.
    """
    for entry in context.claims:
        pointer, claim = entry.pointer, entry.claim
        interval_marks = set(marks(claim))
        claim_marks = {str(mark) for mark in claim.marks} - {"post_hoc"}
        for mark in sorted(claim_marks - interval_marks):
            yield Violation(
                f"{pointer}/marks",
                f"claim '{claim.id}' has the mark {mark}, which its interval and outcome do not give; remove it",
            )
        for mark in sorted(interval_marks - claim_marks):
            yield Violation(pointer, f"claim '{claim.id}' lacks the mark {mark}, which its interval gives; add it")
