"""DLS504: profile precedes the measurement."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.standard.numbers import FIRST_DAY


@rule("DLS504", spec="scenarios")
def profile_precedes_the_measurement(context: RuleContext) -> Iterator[Violation]:
    """The profile was fixed before the measurement, and no earlier than the data files that it pins.

    ## Why

    A target that is chosen after the numbers are known is met by choice. Transcribed and claimed numbers are older than
    any profile, so their claims carry the mark post_hoc instead. No profile of the standard was fixed before the
    standard existed: an earlier day is a warning.
    """
    fixed_on = context.statement.scenario.fixed_on
    if fixed_on < FIRST_DAY:
        yield Violation(
            "/scenario/fixed_on",
            f"the profile was fixed on {fixed_on}, before the first day of the standard, {FIRST_DAY}; correct the day",
            "warning",
        )
    pins = {target.probe: target.data for target in context.profile.targets} if context.profile else {}
    for probe, data in pins.items():
        if data is not None and data.fixed_on > fixed_on:
            yield Violation(
                "/scenario/fixed_on",
                f"the profile was fixed on {fixed_on}, before its data file of '{probe}' was, on {data.fixed_on}; "
                "correct the day",
            )
    for i, evidence in enumerate(context.statement.evidence):
        if (
            evidence.kind in ("regenerated", "measured")
            and evidence.measured_on is not None
            and evidence.measured_on < fixed_on
        ):
            problem = f"was measured on {evidence.measured_on}, before the profile was fixed on {fixed_on}"
            yield Violation(f"/evidence/{i}/measured_on", f"evidence '{evidence.id}' {problem}")
    for i, claim in enumerate(context.statement.claims):
        if claim.targets and not context.kinds(claim) <= {"regenerated", "measured"} and "post_hoc" not in claim.marks:
            kinds = " and ".join(sorted(context.kinds(claim)))
            yield Violation(
                f"/claims/{i}", f"claim '{claim.id}' has targets on {kinds} evidence; add the mark post_hoc"
            )
