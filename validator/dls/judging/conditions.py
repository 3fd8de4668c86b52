"""What a claim's evidence and items say about its outcomes: made again or not, chosen or derived, fit to be judged or not."""

from collections.abc import Iterable

from dls.evidence.bundle import Bundle
from dls.judging.seed import derived_seed
from dls.model import Claim, Statement

_MADE_AGAIN = {True: {"regenerated"}, False: {"regenerated", "measured"}}  # by whether it is about a probe's own items


def is_made_again(claim: Claim, kinds: frozenset[str]) -> bool:
    """Whether evidence of some kinds was made for the claim: regenerated, or measured on the data set that it names."""
    return kinds <= _MADE_AGAIN[claim.on is None]


def has_chosen_items(bundles: Iterable[Bundle]) -> bool:
    """Whether somebody chose the items of manifests at hand: phrasings of their own and a data file are a choice."""
    drawn = (bundle.manifest.items for bundle in bundles if bundle.manifest)
    return any(items.phrasings_sha256 or items.file for items in drawn)


def expected_seed(statement: Statement, claim: Claim) -> int | None:
    """Return the derived seed of a claim's probe; None without a probe or the student's digest."""
    weights = statement.student.weights_sha256
    if claim.probe is None or weights is None:
        return None
    return derived_seed(statement.scenario.sha256, weights, f"{claim.probe.id}@{claim.probe.version}")


def failed_checks(bundles: Iterable[Bundle]) -> tuple[str, ...]:
    """Return a clause for each validity check of manifests at hand that failed for a model."""
    return tuple(
        f"{check.check} of the {check.arm} is {check.value}, below {check.floor}"
        for bundle in bundles
        for check in (bundle.manifest.checks if bundle.manifest else ())
        if not check.passed or check.value < check.floor
    )
