"""DLS505: chosen seed is never preserved."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.conditions import expected_seed
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS505", spec="outcomes")
def chosen_seed_is_never_preserved(context: RuleContext) -> Iterator[Violation]:
    """Items of a chosen seed, or of a probe without one, give no preserved outcome, and the choice has a reason.

    ## Why

    Of five seeds one is the luckiest. The derived seed follows from the profile, the student's weights and the probe, so nobody can choose
    it: the first 8 bytes of SHA-256(profile sha256, student weights sha256, probe id@version), masked to 53 bits.
    """
    for i, claim in enumerate(context.statement.claims):
        seed = claim.items.seed if claim.items else None
        if context.has_derived_seed(claim) or (seed is None and "measured" not in context.kinds(claim)):
            continue
        expected = expected_seed(context.statement, claim)
        wanted = (
            f"the derived seed is {expected}"
            if expected is not None
            else "no seed can be derived without the student's weights digest"
        )
        if claim.items and seed not in (None, expected) and claim.items.seed_reason is None:
            yield Violation(
                f"/claims/{i}/items/seed",
                f"claim '{claim.id}' has the seed {seed}; {wanted}, and another needs a seed_reason",
            )
        for j, target in enumerate(claim.targets):
            if target.outcome == "preserved":
                yield Violation(
                    f"/claims/{i}/targets/{j}/outcome",
                    f"claim '{claim.id}' says preserved on items of {'no stated' if seed is None else 'a chosen'} seed; {wanted}",
                )
