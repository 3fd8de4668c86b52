"""DLS202: claims are unique."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.rules._rule import rule


@rule("DLS202", spec="claims")
def claims_are_unique(context: RuleContext) -> Iterator[Violation]:
    """No two claims have the same metric, data set, comparator and probe.

    ## Why

    Of two values for the same thing, readers would see the better one. Claims by two probes may stand side by side,
    since each counts only for the targets that name its probe. A target that names no probe would be met by the better
    of the two claims. So the metric of such a target is claimed by one probe alone.
    """
    targets = context.profile.targets if context.profile else ()
    probe_free = {target.metric for target in targets if target.probe is None}
    first: dict[object, Claim] = {}
    for i, claim in enumerate(context.statement.claims):
        probe = claim.probe.id if claim.probe and claim.metric not in probe_free else None
        earlier = first.setdefault((claim.metric, claim.on, claim.comparator, probe), claim)
        if earlier is not claim:
            note = "" if earlier.probe == claim.probe else ", and the profile has a target for it that names no probe"
            yield Violation(
                f"/claims/{i}",
                f"claim '{claim.id}' repeats '{earlier.id}': the same metric, data set and comparator{note}; keep one",
            )
