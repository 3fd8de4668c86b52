"""DLS402: proportion interval fits n."""

from collections.abc import Iterator

from dls import precision
from dls.case import Case
from dls.finding import Breach, Severity
from dls.model import Claim, Reading
from dls.precision import EXACT
from dls.rules.rule import rule
from dls.statistics.proportion import clopper_pearson, wilson

_METHODS = {"wilson": wilson, "clopper_pearson": clopper_pearson}
_SLACK = 0.05


def _judged(case: Case, pointer: str, claim: Claim, reading: Reading) -> Iterator[Breach]:
    interval = reading.interval
    assert interval
    assert reading.n
    plain = (claim.runs or 1) == 1 and interval.unit in (None, "item")
    severity: Severity | None = None if plain else "warning"
    units = [2 * precision.slack(case.document, f"{pointer}/interval/{end}") for end in ("low", "high")]
    count = reading.count if reading.count is not None else round(reading.value * reading.n)
    count = max(0, min(count, reading.n))
    if plain and reading.count is not None and interval.method in _METHODS:
        made = _METHODS[interval.method](count, reading.n, interval.level)
        if abs(made.low - interval.low) > units[0] or abs(made.high - interval.high) > units[1]:
            yield Breach(
                f"{pointer}/interval",
                f"claim '{claim.id}': {interval.method} gives {made.low:.4f} to {made.high:.4f} for {count} of {reading.n}, not {interval.low} to {interval.high}",
            )
        return
    least = wilson(count, reading.n, interval.level)
    if interval.high - interval.low + sum(units) < (1 - _SLACK) * (least.high - least.low):
        yield Breach(
            f"{pointer}/interval",
            f"claim '{claim.id}': {interval.low} to {interval.high} is narrower than {reading.n} items allow, {least.low:.4f} to {least.high:.4f}",
            severity,
        )


@rule("DLS402", spec="statistics")
def proportion_interval_fits_n(case: Case) -> Iterator[Breach]:
    """A proportion's interval is no narrower than n items allow, and is what its method gives.

    ## Why

    From 30 of 100 no method makes 0.29 to 0.31. Where count, n and method are named the ends are computed again; else the
    width is compared with Wilson's, with 5 % slack. Clustered or averaged numbers get a warning.
    """
    for pointer, claim, metric in case.claims():
        if metric.kind != "proportion":
            continue
        for name in ("teacher", "reference", "student", "pair"):
            reading = getattr(claim, name)
            if (
                reading is not None
                and reading.interval is not None
                and reading.n is not None
                and not metric.low - EXACT > reading.value
            ):
                yield from _judged(case, f"{pointer}/{name}", claim, reading)
