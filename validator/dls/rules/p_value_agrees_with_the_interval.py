"""DLS408: p values follow."""

from collections.abc import Iterator
from statistics import NormalDist

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.statistics.interval import normal_quantile

_TINY = 1e-6  # beyond it the normal approximation says nothing
_ROOM = 0.5  # normal deviates
_FAR = 3  # deviates from which on the room grows


@rule("DLS408", spec="statistics")
def p_value_agrees_with_the_interval(context: RuleContext) -> Iterator[Violation]:
    """A p-value says what its interval says.

    ## Why

    The 90 % interval lies below the margin exactly when the one-sided p-value is below 0.05. Beyond that, p is computed again from
    the value and the width of the interval; half a normal deviate of room is left for skew.
    """
    for judgement in context.targets():
        claim, target = judgement.claim, judgement.target
        interval = claim.loss.interval if claim.loss else None
        if (
            target.kind != "non_inferiority"
            or target.p is None
            or interval is None
            or claim.loss is None
            or target.margin is None
        ):
            continue
        width = interval.high - interval.low
        if width <= 0 or not _TINY < target.p < 1 - _TINY:
            continue
        z = NormalDist().inv_cdf(target.p)
        expected = (claim.loss.value - target.margin) / (width / 2 / normal_quantile(interval.level))
        if abs(z - expected) > _ROOM * max(1, abs(expected) / _FAR):
            yield Violation(
                f"{judgement.pointer}/p",
                f"claim '{claim.id}' says p = {target.p}; its interval and margin give about {NormalDist().cdf(expected):.2g}",
            )
