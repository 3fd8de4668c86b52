"""DLS508: plan can decide."""

from collections.abc import Iterator
from pathlib import Path

from dls.document.reader import Document
from dls.errors import DlsError
from dls.finding import Violation, visible
from dls.rules._rule import rule
from dls.scenarios import problems, profile


@rule("DLS508", spec="scenarios")
def plan_can_decide(document: Document) -> Iterator[Violation]:
    """A profile's plan can detect the losses that its targets ask about, in metrics that the registry has.

    ## Why

    With too few units, a student without any loss comes out inconclusive, and no student can meet the profile. A
    profile names each of the eight dimensions as required or not. It has a target for each required dimension, and
    justifies each limit that is looser than its parent's.
    """
    try:
        plan = profile.load_profile(Path(document.path))
    except DlsError as error:
        yield Violation("/extends", visible(str(error)))
        return
    for pointer, message in problems.profile_problems(plan):
        yield Violation(pointer, visible(message))
