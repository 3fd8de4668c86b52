"""DLS501: profile can be had."""

from collections.abc import Iterator

from dls.finding import Breach, visible
from dls.judging.context import Case
from dls.rules._rule import rule


@rule("DLS501", spec="scenarios")
def profile_can_be_had(case: Case) -> Iterator[Breach]:
    """The scenario's profile is built in, or lies beside the statement and can be read.

    ## Why

    Without the profile nobody knows what had to be preserved.
    """
    problem = case.profile_problem
    if problem is not None:
        yield Breach("/scenario/path" if case.statement.scenario.path else "/scenario/profile", visible(problem))
