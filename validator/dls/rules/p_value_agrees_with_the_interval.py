"""DLS408: p value agrees with the interval."""

from collections.abc import Iterator
from statistics import NormalDist

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Target
from dls.rules._rule import rule
from dls.statistics.interval import normal_quantile

_TINY = 1e-6  # beyond it the normal approximation says nothing
_ROOM = 0.5  # normal deviates
_FAR = 3  # deviates from which on the room grows


def _deviates(claim: Claim, target: Target) -> tuple[float, float] | None:
    """Return the normal deviates of a target's printed p-value and of its interval; None if it lacks one of them."""
    interval = claim.loss.interval if claim.loss else None
    if target.kind != "non_inferiority" or target.p is None or target.margin is None:
        return None
    if claim.loss is None or interval is None or interval.high <= interval.low or not _TINY < target.p < 1 - _TINY:
        return None
    error = (interval.high - interval.low) / 2 / normal_quantile(interval.level)
    return NormalDist().inv_cdf(target.p), (claim.loss.value - target.margin) / error


@rule("DLS408", spec="statistics")
def p_value_agrees_with_the_interval(context: RuleContext) -> Iterator[Violation]:
    """A p-value agrees with its interval and its margin.

    ## Why

    The 90 % interval lies below the margin exactly if the one-sided p-value is below 0.05. Beyond that, p is computed
    again from the value and the width of the interval. Half a normal deviate of room is left for skew.
    """
    for claimed_target in context.targets:
        claim, target = claimed_target.claim, claimed_target.target
        deviates = _deviates(claim, target)
        if deviates is None:
            continue
        printed_z, z = deviates
        if abs(printed_z - z) > _ROOM * max(1, abs(z) / _FAR):
            p = NormalDist().cdf(z)
            yield Violation(
                f"{claimed_target.pointer}/p",
                f"claim '{claim.id}' says p = {target.p}; its interval and margin give about {p:.2g}",
            )
