"""DLS214: models answered the same items."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Items
from dls.rules._rule import rule
from dls.rules._walk import VALUES


def _excess(pointer: str, claim: Claim, items: Items, sizes: dict[str, int]) -> Iterator[Violation]:
    """Yield a violation for each number of items or units beyond those that are left after exclusions."""
    n_left = items.n - sum(exclusion.count for exclusion in items.excluded)
    for name, n in sizes.items():
        if n > n_left:
            yield Violation(
                f"{pointer}/{name}/n",
                f"claim '{claim.id}' counts {n} items for the {name}; {n_left} of {items.n} are left after exclusions",
            )
    interval = claim.loss.interval if claim.loss else None
    if interval is not None and interval.n_units is not None and interval.n_units > n_left:
        yield Violation(
            f"{pointer}/loss/interval/n_units",
            f"claim '{claim.id}' has {interval.n_units} independent units; {n_left} of {items.n} items are left",
        )


@rule("DLS214", spec="claims")
def models_answered_the_same_items(context: RuleContext) -> Iterator[Violation]:
    """Both models answered the same number of items, and no more than are left after exclusions.

    ## Why

    The comparison is paired. An item that only one of the two models answered was left out. A publisher would leave out
    the items on which the student fails.
    """
    for entry in context.claims:
        pointer, claim = entry.pointer, entry.claim
        sizes = {name: reading.n for name in VALUES if (reading := getattr(claim, name)) and reading.n}
        if len(set(sizes.values())) > 1 and context.kinds(claim) <= {"regenerated", "measured"}:
            text = " and ".join(f"{n} for the {name}" for name, n in sizes.items())
            yield Violation(f"{pointer}/student/n", f"claim '{claim.id}' is paired, but n is {text}; wanted one n")
        if claim.items is not None:
            yield from _excess(pointer, claim, claim.items, sizes)
