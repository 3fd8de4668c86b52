"""DLS412: interval is the registered method."""

from collections.abc import Iterator

from dls.document.precision import EXACT
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.standard.numbers import LEVEL


@rule("DLS412", spec="statistics")
def interval_uses_the_registered_method(context: RuleContext) -> Iterator[Violation]:
    """Outcomes of regenerated evidence rest on the registry's interval method, at 90 %.

    ## Why

    With several methods to choose from there is always one whose interval ends on the right side.
    """
    for pointer, claim, metric in context.claims():
        if context.kinds(claim) != {"regenerated"}:
            continue
        for name, reading in (("loss", claim.loss), ("pair", claim.pair), ("student", claim.student)):
            interval = reading.interval if reading else None
            allowed = {metric.interval} if name == "loss" else {metric.interval, metric.value_interval}
            if interval is not None and interval.method not in allowed:
                yield Violation(
                    f"{pointer}/{name}/interval/method",
                    f"claim '{claim.id}' uses {interval.method}; the registry has {' or '.join(sorted(allowed))} for '{metric.id}'",
                )
            if interval is not None and abs(interval.level - LEVEL) > EXACT:
                yield Violation(
                    f"{pointer}/{name}/interval/level",
                    f"claim '{claim.id}' uses the level {interval.level}; wanted {LEVEL}",
                )
