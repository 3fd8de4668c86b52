"""DLS202: claims are unique."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.rules._rule import rule


@rule("DLS202", spec="claims")
def claims_are_unique(context: RuleContext) -> Iterator[Violation]:
    """One metric by one probe on one thing against one comparator is claimed once.

    ## Why

    With two values for the same thing the better one would be read. Two probes ask two things, and each claim is read for the targets
    that name its probe; but a target that names none would be met by whichever probe came out better, so its metric is claimed by one probe alone.
    """
    targets = context.profile.targets if context.profile else ()
    left_open = {target.metric for target in targets if target.probe is None}
    first: dict[object, Claim] = {}
    for i, claim in enumerate(context.statement.claims):
        probe = claim.probe.id if claim.probe and claim.metric not in left_open else None
        other = first.setdefault((claim.metric, claim.on, claim.comparator, probe), claim)
        if other is not claim:
            why = "" if other.probe == claim.probe else ", and the profile has a target for it that names no probe"
            yield Violation(
                f"/claims/{i}",
                f"claim '{claim.id}' repeats '{other.id}': the same metric, thing and comparator{why}; keep one",
            )
