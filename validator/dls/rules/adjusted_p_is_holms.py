"""DLS409: adjusted p is holms."""

from collections.abc import Iterator

from dls.document import precision
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS409", spec="statistics")
def adjusted_p_is_holms(context: RuleContext) -> Iterator[Violation]:
    """Adjusted p-values are Holm's, over all targets that carry one.

    ## Why

    Sorted upwards, the i-th of m is multiplied by m - i + 1, and none is below the one before. Source: Holm 1979.
    """
    judgements = [judgement for judgement in context.targets() if judgement.target.p is not None]
    judgements.sort(key=lambda judgement: judgement.target.p or 0)
    adjusted = 0.0
    for i, judgement in enumerate(judgements):
        pointer, target = judgement.pointer, judgement.target
        adjusted = max(adjusted, min(1.0, (len(judgements) - i) * (target.p or 0)))
        slack = (len(judgements) - i) * precision.slack(context.document, f"{pointer}/p") + precision.slack(
            context.document, f"{pointer}/adjusted_p"
        )
        if target.adjusted_p is not None and abs(target.adjusted_p - adjusted) > slack:
            yield Violation(
                f"{pointer}/adjusted_p",
                f"Holm's adjustment of p = {target.p} over {len(judgements)} targets is {adjusted:.4g}, not {target.adjusted_p}",
            )
