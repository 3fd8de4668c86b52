"""DLS412: interval uses the registered method."""

from collections.abc import Iterator

from dls.document.precision import EXACT
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.standard.numbers import LEVEL


@rule("DLS412", spec="statistics")
def interval_uses_the_registered_method(context: RuleContext) -> Iterator[Violation]:
    """Intervals on regenerated evidence use the registry's method, at a level of 90 %.

    ## Why

    If you may choose among several methods, one of them gives an interval that ends on the right side.
    """
    for pointer, claim, metric in context.claims:
        if context.kinds(claim) != {"regenerated"}:
            continue
        for name, reading in (("loss", claim.loss), ("pair", claim.pair), ("student", claim.student)):
            interval = reading.interval if reading else None
            methods = {metric.interval} if name == "loss" else {metric.interval, metric.value_interval}
            if interval is not None and interval.method not in methods:
                text = " or ".join(sorted(methods))
                yield Violation(
                    f"{pointer}/{name}/interval/method",
                    f"claim '{claim.id}' uses {interval.method}; the registry has {text} for '{metric.id}'",
                )
            if interval is not None and abs(interval.level - LEVEL) > EXACT:
                yield Violation(
                    f"{pointer}/{name}/interval/level",
                    f"claim '{claim.id}' uses the level {interval.level}; wanted {LEVEL}",
                )
