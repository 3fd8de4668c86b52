"""What all claims come to together, when every p-value is known."""

from collections.abc import Sequence

from dls.judging.claimed_profile import is_required
from dls.judging.context import RuleContext
from dls.statistics.multiplicity import holm
from dls.verifying.comparison import Verdict
from dls.verifying.tolerance import REFUTED
from dls_probes.reproduction.comparison_result import Compared

_UNTOLD = (
    "no manifest of it is at hand to say how the models were asked; where that was another way than this run's, "
    "--plain or --dtype say so"
)


def conclude(context: RuleContext, compared: Sequence[Compared]) -> None:
    """Adjust the p-values by Holm, those of required primary claims apart, and refute what stays below the level."""
    for wanted in (True, False):
        kind = [one for one in compared if is_required(context, one.claim) is wanted]
        family = [one for one in kind if one.p is not None]
        for one, adjusted in zip(family, holm([one.p for one in family if one.p is not None]), strict=True):
            one.adjusted_p = adjusted
            if adjusted < REFUTED:
                one.verdict = Verdict.REFUTED
        for one in kind:
            shares = len(family) * sum(part.p is not None for part in one.agreements)
            seen = [part.smallest_forgery(shares) for part in one.agreements]
            one.smallest_forgery = max(seen) if seen else one.smallest_forgery
    for one in compared:
        if one.verdict is Verdict.REFUTED and next(context.claim_bundles(one.claim), None) is None:
            one.reason = f"{one.reason}; {_UNTOLD}"
