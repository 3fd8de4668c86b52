"""DLS313: transcribed is never preserved."""

from collections.abc import Iterator

from dls.case import Case
from dls.finding import Breach
from dls.rules.rule import rule


@rule("DLS313", spec="outcomes")
def transcribed_is_never_preserved(case: Case) -> Iterator[Breach]:
    """Transcribed or merely claimed numbers may say lost or inconclusive, never preserved.

    ## Why

    Published tables were made before the profile was chosen, rarely pair their items and cannot be run again. What they show
    against a student may be stated; that it kept something may not.
    """
    for pointer, claim, target, about in case.targets():
        if target.outcome == "preserved" and not about.regenerated:
            kinds = " and ".join(sorted(case.kinds(claim)))
            yield Breach(
                f"{pointer}/outcome",
                f"claim '{claim.id}' says preserved on {kinds} evidence; wanted inconclusive with the reason not_regenerated",
            )
