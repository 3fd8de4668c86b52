"""DLS217: interval names its units."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS217", spec="claims")
def interval_names_its_units(context: RuleContext) -> Iterator[Violation]:
    """The interval of a loss, a retention or a pair's value names its independent units and their number.

    ## Why

    Twenty phrasings of fifty questions are fifty units, not a thousand. Without unit and number you cannot tell whether
    the interval is as wide as it has to be, or whether its method holds.
    """
    for entry in context.claims:
        pointer, claim = entry.pointer, entry.claim
        for name in ("loss", "retention", "pair"):
            interval = getattr(getattr(claim, name), "interval", None)
            if interval is None:
                continue
            for member in ("unit", "n_units"):
                if getattr(interval, member) is None:
                    yield Violation(
                        f"{pointer}/{name}/interval",
                        f"claim '{claim.id}': the interval of the {name} has no {member}; add it",
                    )
