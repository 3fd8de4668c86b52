"""DLS211: marks follow from the interval."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import marks
from dls.rules._rule import rule


@rule("DLS211", spec="outcomes")
def marks_follow_from_the_interval(context: RuleContext) -> Iterator[Violation]:
    """`improved` and `degraded_within_margin` stand where the interval of the loss says so, beside preserved only.

    ## Why

    Preserved within the margin can still be a loss that is certain: the interval above 0 says so, and so must the claim.
    """
    for entry in context.claims():
        pointer, claim = entry.pointer, entry.claim
        expected = set(marks(claim))
        given = {str(mark) for mark in claim.marks} - {"post_hoc"}
        for mark in sorted(given - expected):
            yield Violation(
                f"{pointer}/marks", f"claim '{claim.id}' is marked {mark}; its interval and outcome do not say so"
            )
        for mark in sorted(expected - given):
            yield Violation(pointer, f"claim '{claim.id}' lacks the mark {mark}, which its interval calls for")
