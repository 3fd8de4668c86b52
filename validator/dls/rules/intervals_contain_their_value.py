"""DLS206: intervals contain their value."""

from collections.abc import Iterator

from dls.finding import Severity, Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.rules._walk import intervals

_BOOTSTRAP = ("bca", "percentile", "bootstrap")


@rule("DLS206", spec="claims")
def intervals_contain_their_value(context: RuleContext) -> Iterator[Violation]:
    """An interval's lower end is not above its upper end, and its value lies between them.

    ## Why

    A score interval always contains its estimate. A bootstrap interval may miss it in a very skewed sample, so for
    these methods the finding is a warning.
    """
    for pointer, interval, value in intervals(context.statement):
        slack = context.slack(f"{pointer}/low", f"{pointer.rpartition('/')[0]}/value")
        if interval.low > interval.high:
            yield Violation(
                pointer, f"the interval runs from {interval.low} to {interval.high}; wanted the lower end first"
            )
        elif not interval.low - slack <= value <= interval.high + slack:
            severity: Severity | None = "warning" if interval.method in _BOOTSTRAP else None
            yield Violation(
                pointer, f"the interval {interval.low} to {interval.high} does not contain its value {value}", severity
            )
