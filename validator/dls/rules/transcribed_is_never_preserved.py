"""DLS313: transcribed is never preserved."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS313", spec="outcomes")
def transcribed_is_never_preserved(context: RuleContext) -> Iterator[Violation]:
    """Transcribed or claimed numbers, and numbers measured on unnamed data, are never preserved.

    ## Why

    Published tables were made before the profile was chosen, rarely pair their items, and cannot be run again. You may
    state a loss that they show, but not that a capability was preserved. If a target names a probe, they do not show a
    loss on its items either, because they are of other items.

    The same holds for evidence that was measured on a data set that the claim does not name. A claim without `on` is
    about a probe's own items. These are regenerated, from the derived seed.
    """
    for claimed_target in context.targets:
        outcome, conditions = claimed_target.target.outcome, claimed_target.conditions
        is_unknown = conditions.other_items if outcome == "lost" else not conditions.regenerated
        if outcome != "inconclusive" and is_unknown:
            kinds = " and ".join(sorted(context.kinds(claimed_target.claim)))
            note = " and names no data set in `on`" if kinds == "measured" else ""
            note = ", which is not of the items of the target's probe" if outcome == "lost" else note
            problem = f"claim '{claimed_target.claim.id}' says {outcome} on {kinds} evidence{note}"
            yield Violation(
                f"{claimed_target.pointer}/outcome", f"{problem}; wanted inconclusive with the reason not_regenerated"
            )
