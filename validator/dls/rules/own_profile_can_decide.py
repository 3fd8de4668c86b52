"""DLS510: own profile can decide."""

from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.scenarios.problems import profile_problems


@rule("DLS510", spec="scenarios")
def own_profile_can_decide(context: RuleContext) -> Iterator[Violation]:
    """A statement's own profile can decide its targets, justifies looser limits, and has a name of its own.

    ## Why

    A profile is a separate document, and few readers open it. Every student meets a profile without targets. A profile
    misleads if it is named like a built-in profile, or if it extends a file that is named like one. `dls validate` on
    the profile says where the problem is.
    """
    if context.profile is None or context.profile.builtin:
        return
    for problem in profile_problems(context.profile):
        yield Violation(
            "/scenario/path", f"profile '{context.profile.id}' at {problem.pointer or '/'}: {visible(problem.message)}"
        )
