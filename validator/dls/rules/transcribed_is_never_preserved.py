"""DLS313: transcribed is never preserved."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS313", spec="outcomes")
def transcribed_is_never_preserved(context: RuleContext) -> Iterator[Violation]:
    """Transcribed, merely claimed or nowhere measured numbers may say lost or inconclusive, never preserved.

    ## Why

    Published tables were made before the profile was chosen, rarely pair their items and cannot be run again. What they show
    against a student may be stated; that it kept something may not. The same holds of evidence measured on a data set that the claim does
    not name: a claim without `on` is about a probe's own items, and these are regenerated, from a seed that nobody can choose.
    """
    for judgement in context.targets():
        if judgement.target.outcome == "preserved" and not judgement.conditions.regenerated:
            kinds = " and ".join(sorted(context.kinds(judgement.claim)))
            unnamed = " and names no data set in `on`" if kinds == "measured" else ""
            yield Violation(
                f"{judgement.pointer}/outcome",
                f"claim '{judgement.claim.id}' says preserved on {kinds} evidence{unnamed}; wanted inconclusive with the reason not_regenerated",
            )
