"""The last steps: the p-values of all claims are adjusted together, then each claim gets its verdict."""

from collections.abc import Sequence

from dls.judging.claimed_profile import is_required
from dls.judging.context import RuleContext
from dls.statistics.multiplicity import holm
from dls.verifying.comparison import Verdict
from dls.verifying.tolerance import REFUTED
from dls_probes.reproduction.comparison_result import Comparison, ComparisonResult

_NO_MANIFEST = (
    "no manifest of it is at hand to say how the models were asked; where that was another way than this run's, "
    "--plain or --dtype say so"
)


def adjust_for_multiplicity(context: RuleContext, comparisons: Sequence[Comparison]) -> list[ComparisonResult]:
    """Return the final results, in the same order: an adjusted p-value below the level refutes a claim.

    Holm's correction is made twice, once for the required primary claims and once for all others.
    """
    families = [is_required(context, comparison.claim) for comparison in comparisons]
    p_values: dict[bool, list[float]] = {True: [], False: []}
    for comparison, family in zip(comparisons, families, strict=True):
        p_values[family] += [] if comparison.p is None else [comparison.p]
    holm_p = {family: iter(holm(values)) for family, values in p_values.items()}
    return [
        _result(context, comparison, None if comparison.p is None else next(holm_p[family]), len(p_values[family]))
        for comparison, family in zip(comparisons, families, strict=True)
    ]


def _result(context: RuleContext, comparison: Comparison, adjusted_p: float | None, claims: int) -> ComparisonResult:
    """Return the result of one claim in a family of that many claims with a p-value."""
    claim, agreements = comparison.claim, comparison.agreements
    shares = claims * sum(agreement.p is not None for agreement in agreements)
    is_beyond = adjusted_p is not None and adjusted_p < REFUTED
    verdict = Verdict.REFUTED if is_beyond else comparison.verdict
    is_unclear = verdict is Verdict.REFUTED and next(context.claim_bundles(claim), None) is None
    return ComparisonResult(
        claim,
        verdict,
        f"{comparison.reason}; {_NO_MANIFEST}" if is_unclear else comparison.reason,
        comparison.measurement,
        comparison.outcome,
        comparison.p,
        adjusted_p,
        max((a.smallest_forgery(shares) for a in agreements), default=comparison.smallest_forgery),
        comparison.tolerance,
        comparison.audit,
    )
