"""DLS504: profile was fixed before."""

from collections.abc import Iterator

from dls.finding import Breach
from dls.judging.context import Case
from dls.rules._rule import rule


@rule("DLS504", spec="scenarios")
def profile_was_fixed_before(case: Case) -> Iterator[Breach]:
    """The profile was fixed before the measurement.

    ## Why

    A target chosen after the numbers are known is met by choice. Transcribed and claimed numbers are older than any profile;
    their claims carry the mark post_hoc instead.
    """
    fixed = case.statement.scenario.fixed_on
    for i, evidence in enumerate(case.statement.evidence):
        if (
            evidence.kind in ("regenerated", "measured")
            and evidence.measured_on is not None
            and evidence.measured_on < fixed
        ):
            yield Breach(
                f"/evidence/{i}/measured_on",
                f"evidence '{evidence.id}' was measured on {evidence.measured_on}, before the profile was fixed on {fixed}",
            )
    for i, claim in enumerate(case.statement.claims):
        if claim.targets and not case.kinds(claim) <= {"regenerated", "measured"} and "post_hoc" not in claim.marks:
            yield Breach(
                f"/claims/{i}",
                f"claim '{claim.id}' has targets on {' and '.join(sorted(case.kinds(claim)))} evidence; add the mark post_hoc",
            )
