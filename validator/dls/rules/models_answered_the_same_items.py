"""DLS214: arms saw the same items."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Items
from dls.rules._rule import rule


def _beyond_the_items(pointer: str, claim: Claim, items: Items, ns: dict[str, int]) -> Iterator[Violation]:
    kept = items.n - sum(excluded.count for excluded in items.excluded)
    for name, n in ns.items():
        if n > kept:
            yield Violation(f"{pointer}/{name}/n", f"claim '{claim.id}' counts {n} items of {kept}")
    interval = claim.loss.interval if claim.loss else None
    if interval is not None and interval.n_units is not None and interval.n_units > kept:
        yield Violation(
            f"{pointer}/loss/interval/n_units",
            f"claim '{claim.id}' has {interval.n_units} independent units from {kept} items",
        )


@rule("DLS214", spec="claims")
def models_answered_the_same_items(context: RuleContext) -> Iterator[Violation]:
    """Both models answered the same number of items, no more than were drawn.

    ## Why

    The comparison is paired: an item that only one of the two answered is an item left out, and items are left out where a
    student fails.
    """
    for entry in context.claims():
        pointer, claim = entry.pointer, entry.claim
        ns = {
            name: reading.n
            for name in ("teacher", "reference", "student", "pair")
            if (reading := getattr(claim, name)) and reading.n
        }
        if len(set(ns.values())) > 1 and context.kinds(claim) <= {"regenerated", "measured"}:
            yield Violation(
                f"{pointer}/student/n",
                f"claim '{claim.id}' is paired, but n is {' and '.join(f'{n} for the {name}' for name, n in ns.items())}",
            )
        if claim.items is not None:
            yield from _beyond_the_items(pointer, claim, claim.items, ns)
