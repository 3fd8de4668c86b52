"""DLS604: absent metric is not claimed."""

from collections.abc import Iterator, Sequence

from dls.finding import Violation
from dls.judging.claim_targets import shows_dimension
from dls.judging.context import RuleContext
from dls.model import Absence, Claim
from dls.rules._rule import rule


def _claim_on(absence: Absence, claims: Sequence[Claim]) -> str | None:
    """Return the id of the claim on an absent metric: by the same probe, if the absence names one.

    A published row without a probe is not by the probe that an absence names.
    """
    return next(
        (
            claim.id
            for claim in claims
            if claim.metric == absence.metric and absence.probe in (None, claim.probe and claim.probe.id)
        ),
        None,
    )


@rule("DLS604", spec="absences")
def absent_metric_is_not_claimed(context: RuleContext) -> Iterator[Violation]:
    """What is claimed against the teacher is not absent as well, and no absence is stated twice.

    ## Why

    A claim and an absence of the same metric contradict each other, and you cannot tell which one is wrong. If the
    absence names a probe, only a claim by that probe contradicts it.
    """
    dimensions = {claim.dimension: claim.id for claim in context.statement.claims if shows_dimension(claim)}
    claims = [claim for claim in context.statement.claims if claim.comparator == "teacher" and claim.on is None]
    keys: set[tuple[str | None, ...]] = set()
    for i, absence in enumerate(context.statement.absences):
        claim = _claim_on(absence, claims) if absence.metric else dimensions.get(absence.dimension)
        name, key = absence.metric or absence.dimension, (absence.dimension, absence.metric, absence.probe)
        if absence.probe and not absence.metric:
            yield Violation(
                f"/absences/{i}/probe",
                f"the absence names the probe {absence.probe} and no metric of it; add the metric, or remove the probe",
            )
        if claim is not None:
            yield Violation(
                f"/absences/{i}",
                f"{name} is absent here and claimed in '{claim}'; remove one of them, or name in the absence the "
                "metric and the probe that did not measure it",
            )
        if key in keys:
            yield Violation(f"/absences/{i}", f"{name} is absent twice; remove one of the absences")
        keys.add(key)
