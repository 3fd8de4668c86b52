"""DLS604: absence contradicts no claim."""

from collections.abc import Iterator, Sequence

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Absence, Claim
from dls.rules._rule import rule


def _claimed(absence: Absence, claims: Sequence[Claim]) -> str | None:
    """Return the id of the claim on an absent metric: by the same probe, where the absence names one."""
    return next(
        (
            claim.id
            for claim in claims
            if claim.metric == absence.metric and (not claim.probe or absence.probe in (None, claim.probe.id))
        ),
        None,
    )


@rule("DLS604", spec="absences")
def absent_metric_is_not_claimed(context: RuleContext) -> Iterator[Violation]:
    """What is claimed against the teacher is not absent, by the same probe where one is named, and nothing is absent twice.

    ## Why

    One of the two is wrong, and the reader cannot tell which.
    """
    dimensions = {claim.dimension: claim.id for claim in context.statement.claims if claim.comparator == "teacher"}
    own = [claim for claim in context.statement.claims if claim.comparator == "teacher" and claim.on is None]
    seen: set[tuple[str | None, ...]] = set()
    for i, absence in enumerate(context.statement.absences):
        claim = _claimed(absence, own) if absence.metric else dimensions.get(absence.dimension)
        if absence.probe and not absence.metric:
            yield Violation(f"/absences/{i}/probe", f"the absence names the probe {absence.probe} and no metric of it")
        if claim is not None:
            yield Violation(
                f"/absences/{i}", f"{absence.metric or absence.dimension} is absent here and claimed in '{claim}'"
            )
        if (absence.dimension, absence.metric, absence.probe) in seen:
            yield Violation(f"/absences/{i}", f"{absence.metric or absence.dimension} is absent twice")
        seen.add((absence.dimension, absence.metric, absence.probe))
