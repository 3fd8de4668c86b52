"""DLS510: own profile can decide."""

from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.scenarios.problems import problems


@rule("DLS510", spec="scenarios")
def own_profile_can_decide(context: RuleContext) -> Iterator[Violation]:
    """A statement's own profile is one that could be judged by: its plan can decide, nothing is loosened in silence, its name is its own.

    ## Why

    A profile is a document of its own, and few readers open it. One without targets is met by every student; one named like a built-in
    profile, or extending a file that is named like one, is taken for what it is not. `dls validate` on the profile says where in it.
    """
    if context.profile is None or context.profile.builtin:
        return
    for problem in problems(context.profile):
        yield Violation(
            "/scenario/path", f"profile '{context.profile.id}' at {problem.pointer or '/'}: {visible(problem.message)}"
        )
