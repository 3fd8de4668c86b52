"""DLS409: adjusted p follows Holm."""

from collections.abc import Iterator

from dls.document.precision import slack, unit
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.statistics.multiplicity import holm


@rule("DLS409", spec="statistics")
def adjusted_p_follows_holm(context: RuleContext) -> Iterator[Violation]:
    """Adjusted p-values are Holm's, over all targets that have a p-value.

    ## Why

    Holm's method sorts the m p-values upwards and multiplies the i-th by m - i + 1. No adjusted value is below the one
    before it. Source: Holm 1979.
    """
    claimed_targets = [claimed_target for claimed_target in context.targets if claimed_target.target.p is not None]
    claimed_targets.sort(key=lambda claimed_target: claimed_target.target.p or 0)
    m = len(claimed_targets)
    p_values = holm([claimed_target.target.p or 0 for claimed_target in claimed_targets])
    for i, (claimed_target, holm_p) in enumerate(zip(claimed_targets, p_values, strict=True)):
        pointer, target = claimed_target.pointer, claimed_target.target
        units = [unit(context.document.source(f"{pointer}/{name}")) for name in ("p", "adjusted_p")]
        error = slack((m - i) * units[0], units[1])
        if target.adjusted_p is not None and abs(target.adjusted_p - holm_p) > error:
            yield Violation(
                f"{pointer}/adjusted_p",
                f"Holm's adjustment of p = {target.p} over {m} targets is {holm_p:.4g}; found {target.adjusted_p}",
            )
