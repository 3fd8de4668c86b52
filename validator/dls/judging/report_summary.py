"""Whether the summary of a reproduction report is that of its verdicts."""

from collections import Counter
from collections.abc import Iterator

from dls.finding import Violation
from dls.model import Report

_VERDICTS = ("confirmed", "borderline", "refuted", "not_verifiable")


def summary_violations(report: Report) -> Iterator[Violation]:
    """Yield a violation for each wrong count of the summary, and for each second verdict on a claim."""
    counts: Counter[str] = Counter(claim.verdict for claim in report.claims)
    for verdict in _VERDICTS:
        count = getattr(report.summary, verdict)
        if count != counts[verdict]:
            message = f"the summary says {count} {verdict}; the report has {counts[verdict]}"
            yield Violation(f"/summary/{verdict}", message)
    claims: set[str] = set()
    for i, claim in enumerate(report.claims):
        if claim.id in claims:
            yield Violation(f"/claims/{i}/id", f"claim '{claim.id}' has two verdicts")
        claims.add(claim.id)
