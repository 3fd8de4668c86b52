"""DLS507: required metrics are claimed or absent."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.silences import silent_targets
from dls.rules._rule import rule


@rule("DLS507", spec="absences")
def required_metrics_are_claimed_or_absent(context: RuleContext) -> Iterator[Violation]:
    """Every metric that the profile has a target for is claimed against the teacher, or its absence is stated.

    ## Why

    A statement that omits a required metric reads like one that shows it. A publisher's claim on a data set, or on a
    part of one, does not stand for the probe's own items. A publisher who may choose the part chooses the easy one.
    """
    for target in silent_targets(context):
        assert context.profile is not None  # it has the target
        probe = f" by {target.probe}" if target.probe else ""
        metric = f"'{target.metric}'{probe} ({target.dimension})"
        member = f", with 'probe: {target.probe}'" if target.probe else ""
        yield Violation(
            "/claims",
            f"profile '{context.profile.id}' has a target for {metric}; claim it, or state its absence{member}",
        )
