"""DLS607: review comes after issue."""

from collections.abc import Iterator

from dls.finding import Breach
from dls.judging.context import Case
from dls.rules._rule import rule


@rule("DLS607", spec="acceptances")
def review_comes_after_issue(case: Case) -> Iterator[Breach]:
    """An acceptance is reviewed after the statement was issued.

    ## Why

    A review date that has passed when the statement appears is no review.
    """
    for i, acceptance in enumerate(case.statement.acceptances):
        if acceptance.review_by <= case.statement.issued:
            yield Breach(
                f"/acceptances/{i}/review_by",
                f"the review by {acceptance.review_by} is not after the issue on {case.statement.issued}",
            )
