"""DLS607: review comes after issue."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS607", spec="acceptances")
def review_comes_after_issue(context: RuleContext) -> Iterator[Violation]:
    """An acceptance is reviewed after the statement is issued.

    ## Why

    If the review date has passed when the statement appears, there is no review.
    """
    issue_day = context.statement.issued
    for i, acceptance in enumerate(context.statement.acceptances):
        if acceptance.review_by <= issue_day:
            yield Violation(
                f"/acceptances/{i}/review_by",
                f"the review by {acceptance.review_by} is not after the issue on {issue_day}; choose a later day",
            )
