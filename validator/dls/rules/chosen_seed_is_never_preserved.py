"""DLS505: chosen seed is never preserved."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.conditions import expected_seed
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.rules._rule import rule


@rule("DLS505", spec="outcomes")
def chosen_seed_is_never_preserved(context: RuleContext) -> Iterator[Violation]:
    """Items of a chosen seed or data file, or of no stated seed, are never preserved; a chosen seed has a reason.

    ## Why

    Of five seeds one is the luckiest. The derived seed follows from the profile, both models, the probe and its number
    of units. A publisher who nudges a weight gets another one, and each try costs a run of both models. A verifier's
    own draw decides.

    A file whose rows were chosen after a look at the answers is no sample of anything. So the profile pins the file's
    digest before the measurement, and the claim names it in `items.data`.
    """
    for i, claim in enumerate(context.statement.claims):
        seed = claim.items.seed if claim.items else None
        if context.has_derived_seed(claim) or (seed is None and "measured" not in context.kinds(claim)):
            continue
        probe_seed = expected_seed(context.statement, claim)
        note = (
            f"the derived seed is {probe_seed}"
            if probe_seed is not None
            else "no seed can be derived without a probe and the keys of both models"
        )
        if claim.items and seed not in (None, probe_seed) and claim.items.seed_reason is None:
            yield Violation(
                f"/claims/{i}/items/seed",
                f"claim '{claim.id}' has the seed {seed} and no seed_reason; {note}, and another seed needs a reason",
            )
        for j, target in enumerate(claim.targets):
            if target.outcome == "preserved":
                yield Violation(
                    f"/claims/{i}/targets/{j}/outcome",
                    f"claim '{claim.id}' says preserved on items from {_origin(context, claim, note)}; wanted "
                    "inconclusive",
                )


def _origin(context: RuleContext, claim: Claim, note: str) -> str:
    if context.has_chosen_items(claim):
        return "phrasings or a data file that the profile does not pin for its probe"
    seed = claim.items.seed if claim.items else None
    return f"{'no stated' if seed is None else 'a chosen'} seed; {note}"
