"""DLS604: absence contradicts no claim."""

from collections.abc import Iterator

from dls.case import Case
from dls.finding import Breach
from dls.rules.rule import rule


@rule("DLS604", spec="absences")
def absence_contradicts_no_claim(case: Case) -> Iterator[Breach]:
    """What is claimed against the teacher is not absent, and nothing is absent twice.

    ## Why

    One of the two is wrong, and the reader cannot tell which.
    """
    dimensions = {claim.dimension: claim.id for claim in case.statement.claims if claim.comparator == "teacher"}
    metrics = {c.metric: c.id for c in case.statement.claims if c.comparator == "teacher" and c.on is None}
    seen: set[tuple[str, str | None]] = set()
    for i, absence in enumerate(case.statement.absences):
        claim = metrics.get(absence.metric) if absence.metric else dimensions.get(absence.dimension)
        if claim is not None:
            yield Breach(
                f"/absences/{i}", f"{absence.metric or absence.dimension} is absent here and claimed in '{claim}'"
            )
        if (absence.dimension, absence.metric) in seen:
            yield Breach(f"/absences/{i}", f"{absence.metric or absence.dimension} is absent twice")
        seen.add((absence.dimension, absence.metric))
