"""DLS704: summary counts the verdicts."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.report_summary import summary_violations
from dls.model import Report
from dls.rules._rule import rule


@rule("DLS704", spec="reproduction")
def summary_counts_the_verdicts(report: Report) -> Iterator[Violation]:
    """The summary of a reproduction report counts its verdicts, and no claim has two.

    ## Why

    Readers see the summary first. They do not see a refuted claim that the summary leaves out.
    """
    return summary_violations(report)
