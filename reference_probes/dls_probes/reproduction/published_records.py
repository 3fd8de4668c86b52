"""The published records of a statement, from which an audit samples; without them every item is asked again."""

from typing import NamedTuple

from dls.errors import DlsError
from dls.evidence.records import RecordedRun, read_evidence
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.verifying.comparison import ClaimResult, Verdict
from dls.verifying.recompute import recompute_claims
from dls_probes.reproduction.redraws import bundle_of

_VERDICTS = (Verdict.CONFIRMED, Verdict.REFUTED)


class PublishedClaim(NamedTuple):
    """A claim beside its published records: the verdict of `dls recompute`, and the records."""

    result: ClaimResult
    run: RecordedRun


def published_claims(context: RuleContext, limit: int | None) -> dict[int, PublishedClaim]:
    """Return the claims of which an audit may sample, by index: more units than it asks, and records that can be read.

    Items of a data file are not sampled, because its units may differ in size.

    Args:
        context: of the statement.
        limit: the units that an audit asks; None for all, so that nothing is sampled.
    """
    claims = enumerate(context.statement.claims)
    large = [index for index, claim in claims if limit is not None and claim.items and claim.items.n > limit]
    if not large:
        return {}
    results, runs = list(recompute_claims(context)), _runs(context, large)
    return {
        index: PublishedClaim(results[index], runs[index])
        for index in large
        if index in runs and results[index].verdict in _VERDICTS
    }


def _runs(context: RuleContext, indices: list[int]) -> dict[int, RecordedRun]:
    runs: dict[int, RecordedRun | None] = {}
    by_entry: dict[int, RecordedRun | None] = {}
    for index in indices:
        bundle = bundle_of(context, context.statement.claims[index])
        if bundle is not None:
            if bundle.entry not in by_entry:
                by_entry[bundle.entry] = _run(context, context.statement.claims[index])
            runs[index] = by_entry[bundle.entry]
    return {index: run for index, run in runs.items() if run is not None}


def _run(context: RuleContext, claim: Claim) -> RecordedRun | None:
    """Return the published run of a claim; None where it cannot be sampled."""
    bundle = bundle_of(context, claim)
    if bundle is None or bundle.manifest is None or bundle.location.path is None or not bundle.intact:
        return None
    items = bundle.manifest.items
    if items.file is not None or claim.items is None or (items.seed, items.n) != (claim.items.seed, claim.items.n):
        return None
    try:
        return read_evidence(bundle.manifest, bundle.location.path.parent)
    except DlsError:
        return None
