"""DLS601: every dimension is covered."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.silences import silent_dimensions
from dls.rules._rule import rule


@rule("DLS601", spec="absences")
def every_dimension_is_covered(context: RuleContext) -> Iterator[Violation]:
    """Each of the eight dimensions has a claim against the teacher, or an absence.

    ## Why

    Silence reads as "nothing was lost". An absence says which capability is unknown, and why. A metric that only the
    statement defines shows no reader anything of a dimension. Nor does a ratio without values, or a metric of which no
    value is better.
    """
    for dimension in silent_dimensions(context):
        yield Violation(
            "/absences",
            f"nothing is said about {dimension}; add a claim on a metric of the registry, or state its absence",
        )
