"""DLS504: profile was fixed before."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS504", spec="scenarios")
def profile_precedes_the_measurement(context: RuleContext) -> Iterator[Violation]:
    """The profile was fixed before the measurement.

    ## Why

    A target chosen after the numbers are known is met by choice. Transcribed and claimed numbers are older than any profile;
    their claims carry the mark post_hoc instead.
    """
    fixed = context.statement.scenario.fixed_on
    for i, evidence in enumerate(context.statement.evidence):
        if (
            evidence.kind in ("regenerated", "measured")
            and evidence.measured_on is not None
            and evidence.measured_on < fixed
        ):
            yield Violation(
                f"/evidence/{i}/measured_on",
                f"evidence '{evidence.id}' was measured on {evidence.measured_on}, before the profile was fixed on {fixed}",
            )
    for i, claim in enumerate(context.statement.claims):
        if claim.targets and not context.kinds(claim) <= {"regenerated", "measured"} and "post_hoc" not in claim.marks:
            yield Violation(
                f"/claims/{i}",
                f"claim '{claim.id}' has targets on {' and '.join(sorted(context.kinds(claim)))} evidence; add the mark post_hoc",
            )
