"""DLS508: plan can decide."""

from collections.abc import Iterator
from pathlib import Path

from dls.document.reader import Document
from dls.errors import DlsError
from dls.finding import Violation, visible
from dls.rules._rule import rule


@rule("DLS508", spec="scenarios")
def plan_can_decide(document: Document) -> Iterator[Violation]:
    """A profile's plan can detect what its targets ask for, and its targets are those of registered metrics.

    ## Why

    With too few units a student without any loss comes out inconclusive, and the profile asks for what nobody can show. A profile names
    each of the eight dimensions as required or not, has a target for each required one, and justifies whatever is looser than its parent.
    """
    from dls.scenarios import problems, profile

    try:
        found = profile.load(Path(document.path))
    except DlsError as error:
        yield Violation("/extends", visible(str(error)))
        return
    for pointer, message in problems.problems(found):
        yield Violation(pointer, visible(message))
