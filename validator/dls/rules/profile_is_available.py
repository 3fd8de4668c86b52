"""DLS501: profile is available."""

from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS501", spec="scenarios")
def profile_is_available(context: RuleContext) -> Iterator[Violation]:
    """The scenario's profile is built in, or lies beside the statement and can be read.

    ## Why

    Without the profile you cannot know which capabilities had to be preserved.
    """
    problem = context.profile_problem
    if problem is not None:
        yield Violation("/scenario/path" if context.statement.scenario.path else "/scenario/profile", visible(problem))
