"""DLS302: evidence is used."""

from collections.abc import Iterator

from dls.finding import Breach
from dls.judging.context import Case
from dls.rules._rule import rule


@rule("DLS302", spec="evidence")
def evidence_is_used(case: Case) -> Iterator[Breach]:
    """Every evidence entry has a claim that rests on it.

    ## Why

    Evidence whose claim is gone is what remains when a loss is deleted.
    """
    used = {name for claim in case.statement.claims for name in claim.evidence}
    for i, evidence in enumerate(case.statement.evidence):
        if evidence.id not in used:
            yield Breach(
                f"/evidence/{i}", f"no claim rests on evidence '{evidence.id}'; state what it shows, or take it out"
            )
