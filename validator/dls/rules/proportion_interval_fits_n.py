"""DLS402: proportion interval fits n."""

from collections.abc import Iterator

from dls.document.precision import EXACT
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, PrintedInterval, Reading
from dls.rules._rule import rule
from dls.rules._walk import values
from dls.statistics.proportion import clopper_pearson, incomplete_beta, wilson

_METHODS = {"wilson": wilson, "clopper_pearson": clopper_pearson}
_SLACK = 0.05
_INWARD = 1e-6  # how far ends on measured evidence may lie inside: they are rounded outward, a paper's to the nearest


def _violations(context: RuleContext, pointer: str, claim: Claim, reading: Reading) -> Iterator[Violation]:
    interval, n = reading.interval, reading.n
    assert interval
    assert n
    plain = (claim.runs or 1) == 1 and interval.unit in (None, "item")
    units = [2 * context.slack(f"{pointer}/interval/{end}") for end in ("low", "high")]
    outward = context.kinds(claim) <= {"regenerated", "measured"}
    text = f"{interval.low} to {interval.high}"
    if plain and reading.count is not None and interval.method in _METHODS:
        if not _is_from_its_method(reading.count, n, interval, units, [_INWARD, _INWARD] if outward else units):
            ends = _METHODS[interval.method](reading.count, n, interval.level)
            problem = (
                f"{interval.method} gives {ends.low:.4f} to {ends.high:.4f} for {reading.count} of {n}; found {text}"
            )
            yield Violation(f"{pointer}/interval", f"claim '{claim.id}': {problem}")
        return
    count = reading.count if reading.count is not None else round(reading.value * n)
    least = wilson(max(0, min(count, n)), n, interval.level)
    if interval.high - interval.low + sum(units) < (1 - _SLACK) * (least.high - least.low):
        problem = f"{text} is narrower than {n} items allow, {least.low:.4f} to {least.high:.4f}"
        yield Violation(f"{pointer}/interval", f"claim '{claim.id}': {problem}", None if plain else "warning")


def _is_from_its_method(count: int, n: int, interval: PrintedInterval, units: list[float], inward: list[float]) -> bool:
    """Whether the printed ends lie at most a unit outside the method's ends, and not inside them.

    The ends of the exact method are not computed: the tail probabilities at the printed ends decide.
    """
    if count > n:
        return True  # another rule's
    if interval.method == "wilson":
        ends = wilson(count, n, interval.level)
        return -inward[0] <= ends.low - interval.low <= units[0] and -inward[1] <= interval.high - ends.high <= units[1]
    alpha = (1 - interval.level) / 2
    low = interval.low - inward[0], interval.low + units[0]
    high = interval.high - units[1], interval.high + inward[1]
    below = low[0] <= 0 if count == 0 else incomplete_beta(count, n - count + 1, low[0]) <= alpha
    not_below = count == 0 or incomplete_beta(count, n - count + 1, low[1]) >= alpha
    above = high[1] >= 1 if count == n else incomplete_beta(count + 1, n - count, high[1]) >= 1 - alpha
    not_above = count == n or incomplete_beta(count + 1, n - count, high[0]) <= 1 - alpha
    return below and not_below and above and not_above


@rule("DLS402", spec="statistics")
def proportion_interval_fits_n(context: RuleContext) -> Iterator[Violation]:
    """A proportion's interval is the one that its method gives, and no narrower than n items allow.

    ## Why

    No method gives 0.29 to 0.31 for 30 of 100. If count, n and method are named, the ends are computed again. On
    regenerated or measured evidence they may only be rounded outward. Otherwise the width is compared with that of
    Wilson's interval, with 5 % slack. For clustered or averaged numbers the finding is a warning.
    """
    for pointer, claim, metric in context.claims:
        if metric.kind != "proportion":
            continue
        for place, reading in values(pointer, claim):
            if reading.interval is not None and reading.n is not None and not metric.low - EXACT > reading.value:
                yield from _violations(context, place, claim, reading)
