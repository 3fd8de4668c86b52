"""DLS202: claims are unique."""

from collections.abc import Iterator

from dls.case import Case
from dls.finding import Breach
from dls.rules.rule import rule


@rule("DLS202", spec="claims")
def claims_are_unique(case: Case) -> Iterator[Breach]:
    """One metric on one thing against one comparator is claimed once.

    ## Why

    With two values for the same thing the better one would be read. Where every target of the profile for a metric names its probe, one claim
    by each probe is read for its own targets alone.
    """
    targets = case.profile.targets if case.profile else ()
    named = {target.metric for target in targets if target.probe} - {t.metric for t in targets if t.probe is None}
    first: dict[object, int] = {}
    for i, claim in enumerate(case.statement.claims):
        key = (
            claim.metric,
            claim.on,
            claim.comparator,
            claim.probe.id if claim.probe and claim.metric in named else None,
        )
        if first.setdefault(key, i) != i:
            other = case.statement.claims[first[key]].id
            yield Breach(
                f"/claims/{i}", f"claim '{claim.id}' repeats '{other}': the same metric, thing and comparator; keep one"
            )
