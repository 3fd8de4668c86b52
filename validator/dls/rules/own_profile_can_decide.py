"""DLS510: own profile can decide."""

from collections.abc import Iterator

from dls.finding import Breach, visible
from dls.judging.context import Case
from dls.rules._rule import rule
from dls.scenarios.problems import problems


@rule("DLS510", spec="scenarios")
def own_profile_can_decide(case: Case) -> Iterator[Breach]:
    """A statement's own profile is one that could be judged by: its plan can decide, nothing is loosened in silence, its name is its own.

    ## Why

    A profile is a document of its own, and few readers open it. One without targets is met by every student; one named like a built-in
    profile, or extending a file that is named like one, is taken for what it is not. `dls validate` on the profile says where in it.
    """
    if case.profile is None or case.profile.builtin:
        return
    for problem in problems(case.profile):
        yield Breach(
            "/scenario/path", f"profile '{case.profile.id}' at {problem.pointer or '/'}: {visible(problem.message)}"
        )
