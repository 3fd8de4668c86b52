"""DLS202: claims are unique."""

from collections.abc import Iterator

from dls.case import Case
from dls.finding import Breach
from dls.rules.rule import rule


@rule("DLS202", spec="claims")
def claims_are_unique(case: Case) -> Iterator[Breach]:
    """One metric on one thing against one comparator is claimed once.

    ## Why

    With two values for the same thing the better one would be read.
    """
    first: dict[object, int] = {}
    for i, claim in enumerate(case.statement.claims):
        key = claim.metric, claim.on, claim.comparator
        if first.setdefault(key, i) != i:
            other = case.statement.claims[first[key]].id
            yield Breach(
                f"/claims/{i}", f"claim '{claim.id}' repeats '{other}': the same metric, thing and comparator; keep one"
            )
