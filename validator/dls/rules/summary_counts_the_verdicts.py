"""DLS704: summary counts the verdicts."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.report_summary import summary_violations
from dls.model import ReproductionReport
from dls.rules._rule import rule


@rule("DLS704", spec="reproduction")
def summary_counts_the_verdicts(report: ReproductionReport) -> Iterator[Violation]:
    """The summary of a reproduction report counts its verdicts. No claim has two, or a better one than its fresh items.

    ## Why

    Readers see the summary first. They do not see a refuted claim that the summary leaves out. The fresh items of the
    verifier's draw alone decide whether a target is preserved, so a report may not call it replicated otherwise.
    """
    return summary_violations(report)
