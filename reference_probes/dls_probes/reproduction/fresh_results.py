"""The final results of a second run: each claim on published items, and on the fresh items of the verifier's draw."""

from collections.abc import Sequence
from dataclasses import replace

from dls.judging.replication import FreshItems
from dls.model import Replication
from dls.verifying.comparison import Verdict
from dls_probes.reproduction.agenda import Agenda
from dls_probes.reproduction.asked import Asked
from dls_probes.reproduction.comparison_result import ComparisonResult
from dls_probes.reproduction.fresh_claim import FreshClaim, judge_fresh
from dls_probes.reproduction.fresh_draw import replications
from dls_probes.reproduction.other_circumstances import excused
from dls_probes.reproduction.redraws import bundle_of
from dls_probes.reproduction.reproduction import Reproduction

_BY_WORD = {"refuted": Verdict.REFUTED, "borderline": Verdict.BORDERLINE}
_WORST_FIRST = tuple(Verdict)


def with_replications(
    run: Reproduction, agenda: Agenda, fresh: Asked, results: Sequence[ComparisonResult]
) -> list[ComparisonResult]:
    """Return the results with the verdicts on fresh items; the worse of the two verdicts is that of the claim.

    Args:
        run: the second run; without a draw the results stay as they are.
        agenda: of the run.
        fresh: the runs of fresh items.
        results: on published items, in the order of the statement's claims.
    """
    if run.draw is None:
        return list(results)
    claims = _fresh_claims(run, agenda, fresh)
    words = replications(run.context, claims)
    reasons = {**agenda.reasons, **agenda.not_drawn, **fresh.failures}
    return [
        _joined(result, _excused(run, result, words[index], fresh, index))
        if index in words
        else replace(result, replication=Replication(verdict="not_drawn", reason=reasons.get(index, _NO_MEASUREMENT)))
        for index, result in enumerate(results)
    ]


_NO_MEASUREMENT = "the run of fresh items did not measure its metric"


def _fresh_claims(run: Reproduction, agenda: Agenda, fresh: Asked) -> dict[int, FreshClaim]:
    statement = run.context.statement
    claims = {
        index: judge_fresh(run.context, statement.claims[index], _items(agenda, index), evidence)
        for index, evidence in fresh.runs.items()
    }
    return {index: claim for index, claim in claims.items() if claim is not None}


def _items(agenda: Agenda, index: int) -> FreshItems:
    redraw = agenda.draws[index]
    return FreshItems(redraw.seed, redraw.n)


def _excused(
    run: Reproduction, result: ComparisonResult, replication: Replication, fresh: Asked, index: int
) -> Replication:
    bundle = bundle_of(run.context, result.claim)
    if bundle is None or bundle.manifest is None:
        return replication
    return excused(replication, bundle.manifest, fresh.runs[index].manifest)


def _joined(result: ComparisonResult, replication: Replication) -> ComparisonResult:
    verdict = _BY_WORD.get(replication.verdict, Verdict.CONFIRMED)
    if _WORST_FIRST.index(verdict) < _WORST_FIRST.index(result.verdict):
        result = replace(result, verdict=verdict, reason=replication.reason)
    return replace(result, replication=replication)
