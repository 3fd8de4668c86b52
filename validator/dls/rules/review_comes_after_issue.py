"""DLS607: review comes after issue."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_MOST_YEARS = 5


@rule("DLS607", spec="acceptances")
def review_comes_after_issue(context: RuleContext) -> Iterator[Violation]:
    """An acceptance is reviewed after the statement is issued, and within five years.

    ## Why

    If the review date has passed when the statement appears, there is no review. Nor is there one in the year 9999. A
    day more than five years after the issue is a warning.
    """
    issue_day = context.statement.issued
    latest = f"{int(issue_day[:4]) + _MOST_YEARS}{issue_day[4:]}"
    for i, acceptance in enumerate(context.statement.acceptances):
        if acceptance.review_by <= issue_day:
            yield Violation(
                f"/acceptances/{i}/review_by",
                f"the review by {acceptance.review_by} is not after the issue on {issue_day}; choose a later day",
            )
        elif acceptance.review_by > latest:
            yield Violation(
                f"/acceptances/{i}/review_by",
                f"the review by {acceptance.review_by} is over {_MOST_YEARS} years after the issue on {issue_day}; "
                "choose an earlier day",
                "warning",
            )
