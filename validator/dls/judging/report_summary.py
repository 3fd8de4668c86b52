"""Whether the summary of a reproduction report is that of its verdicts."""

from collections import Counter
from collections.abc import Iterator

from dls.finding import Violation
from dls.model import ReproductionReport

_RULED_OUT = {"borderline": ("confirmed",), "refuted": ("confirmed", "borderline", "not_verifiable")}
"""The verdicts on a claim that a verdict on its fresh items rules out."""
_VERDICTS = ("confirmed", "borderline", "refuted", "not_verifiable")


def summary_violations(report: ReproductionReport) -> Iterator[Violation]:
    """Yield a violation for each wrong count of the summary, each second verdict, and each that fresh items deny."""
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
    yield from _replication_violations(report)


def _replication_violations(report: ReproductionReport) -> Iterator[Violation]:
    for i, claim in enumerate(report.claims):
        replication = claim.replication
        if replication is None:
            continue
        pointer, verdict = f"/claims/{i}/replication/verdict", replication.verdict
        outcome = replication.reproduced.outcome if replication.reproduced else None
        if verdict != "not_drawn" and (report.draw is None or not report.draw.factor or replication.n is None):
            yield Violation(pointer, f"claim '{claim.id}' is {verdict}, and the report has no fresh items of it")
        if verdict == "replicated" and outcome != "preserved":
            yield Violation(pointer, f"claim '{claim.id}' is replicated; its outcome on fresh items is {outcome}")
        if claim.verdict in _RULED_OUT.get(verdict, ()):
            message = f"claim '{claim.id}' is {claim.verdict}, and {verdict} on fresh items"
            yield Violation(f"/claims/{i}/verdict", message)
