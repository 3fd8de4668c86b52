"""DLS311: regenerated claims name probe and items."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS311", spec="evidence")
def regenerated_claims_name_probe_and_items(context: RuleContext) -> Iterator[Violation]:
    """A claim on regenerated evidence names its probe, and the number, seed and digest of its items.

    ## Why

    With probe, version and seed you can make the same items again.
    """
    for i, claim in enumerate(context.statement.claims):
        if "regenerated" not in context.kinds(claim):
            continue
        if claim.probe is None:
            yield Violation(f"/claims/{i}", f"claim '{claim.id}' rests on regenerated evidence; add its probe")
        if (claim.runs or 1) > 1:
            yield Violation(
                f"/claims/{i}/runs",
                f"claim '{claim.id}' averages {claim.runs} runs; wanted one, since regenerated evidence is of one run",
            )
        for name in ("seed", "sha256"):
            if getattr(claim.items, name, None) is None:
                yield Violation(
                    f"/claims/{i}/items", f"claim '{claim.id}' rests on regenerated evidence; add items.{name}"
                )
