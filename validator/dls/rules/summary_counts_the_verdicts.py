"""DLS704: summary counts the verdicts."""

from collections import Counter
from collections.abc import Iterator

from dls.finding import Violation
from dls.model import Report
from dls.rules._rule import rule

VERDICTS = ("confirmed", "borderline", "refuted", "not_verifiable")


@rule("DLS704", spec="reproduction")
def summary_counts_the_verdicts(report: Report) -> Iterator[Violation]:
    """The summary of a reproduction report counts its verdicts, and no claim has two.

    ## Why

    The summary is what is read; a refuted claim that it does not count is a refuted claim that nobody sees.
    """
    found: Counter[str] = Counter(claim.verdict for claim in report.claims)
    for verdict in VERDICTS:
        if getattr(report.summary, verdict) != found[verdict]:
            yield Violation(
                f"/summary/{verdict}",
                f"the summary says {getattr(report.summary, verdict)} {verdict}; the report has {found[verdict]}",
            )
    seen: set[str] = set()
    for i, claim in enumerate(report.claims):
        if claim.id in seen:
            yield Violation(f"/claims/{i}/id", f"claim '{claim.id}' has two verdicts")
        seen.add(claim.id)
