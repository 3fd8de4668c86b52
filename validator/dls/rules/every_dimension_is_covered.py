"""DLS601: every dimension is covered."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.standard.registry import DIMENSIONS


@rule("DLS601", spec="absences")
def every_dimension_is_covered(context: RuleContext) -> Iterator[Violation]:
    """Each of the eight dimensions has a claim against the teacher, or an absence.

    ## Why

    Silence reads as "nothing was lost". An absence says which capability is unknown, and why.
    """
    statement = context.statement
    dimensions = {claim.dimension for claim in statement.claims if claim.comparator == "teacher"}
    dimensions |= {absence.dimension for absence in statement.absences}
    for dimension in DIMENSIONS:
        if dimension not in dimensions:
            yield Violation("/absences", f"nothing is said about {dimension}; add a claim, or state its absence")
