"""DLS603: required dimension applies."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS603", spec="absences")
def required_dimension_applies(context: RuleContext) -> Iterator[Violation]:
    """A dimension or metric that the profile requires is not called not applicable.

    ## Why

    The profile says that the use needs it, so it applies. Only its measurement is missing.
    """
    targets = context.profile.targets if context.profile else ()
    for i, absence in enumerate(context.statement.absences):
        if absence.status == "not_applicable" and (
            any(absence.covers(target.dimension, target.metric, target.probe) for target in targets)
        ):
            yield Violation(
                f"/absences/{i}/status",
                f"the profile requires {absence.metric or absence.dimension}; wanted not_measured or withheld",
            )
