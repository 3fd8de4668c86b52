"""DLS601: every dimension is covered."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.claim_targets import shows_dimension
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.standard.registry import DIMENSIONS


@rule("DLS601", spec="absences")
def every_dimension_is_covered(context: RuleContext) -> Iterator[Violation]:
    """Each of the eight dimensions has a claim against the teacher, or an absence.

    ## Why

    Silence reads as "nothing was lost". An absence says which capability is unknown, and why. A metric that only the
    statement defines shows no reader anything of a dimension. Nor does a ratio without values, or a metric of which no
    value is better.
    """
    statement = context.statement
    dimensions = {claim.dimension for claim in statement.claims if shows_dimension(claim)}
    dimensions |= {absence.dimension for absence in statement.absences}
    for dimension in DIMENSIONS:
        if dimension not in dimensions:
            yield Violation(
                "/absences",
                f"nothing is said about {dimension}; add a claim on a metric of the registry, or state its absence",
            )
