"""The conditions on a claim's outcomes: regenerated evidence, a derived seed, and no failed validity check."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dls.judging.seed import derived_seed
from dls.model import Claim, Manifest, Statement, ValidityCheck
from dls.standard.registry import Metric

_KINDS = {True: {"regenerated"}, False: {"regenerated", "measured"}}  # by whether it is about a probe's own items


class Conditions(NamedTuple):
    """The facts beside a claim's numbers that bound its outcomes."""

    metric: Metric
    regenerated: bool  # all evidence is regenerated, or measured on the data set that the claim names
    derived_seed: bool  # no seed, or the derived one
    failed_checks: tuple[str, ...] = ()  # validity checks of the probe that failed for a model


def is_made_for_claim(claim: Claim, kinds: frozenset[str]) -> bool:
    """Whether evidence of these kinds is made for the claim: regenerated, or measured on the data set that it names."""
    return kinds <= _KINDS[claim.on is None]


def has_chosen_items(manifests: Iterable[Manifest]) -> bool:
    """Whether manifests have items by choice: own phrasings and a data file are a choice."""
    return any(manifest.items.phrasings_sha256 or manifest.items.file for manifest in manifests)


def expected_seed(statement: Statement, claim: Claim) -> int | None:
    """Return the derived seed of a claim's probe; None without a probe or the student's digest."""
    weights = statement.student.weights_sha256
    if claim.probe is None or weights is None:
        return None
    return derived_seed(statement.scenario.sha256, weights, f"{claim.probe.id}@{claim.probe.version}")


def is_failed(check: ValidityCheck) -> bool:
    """Whether a validity check failed: its value is below its floor. Its member `passed` decides nothing."""
    return check.value < check.floor


def failed_checks(checks: Iterable[ValidityCheck]) -> tuple[str, ...]:
    """Return a clause for each validity check that failed."""
    return tuple(
        f"{check.check} of the {check.arm} is {check.value}, below {check.floor}"
        for check in checks
        if is_failed(check)
    )


def conditions_of(
    metric: Metric, manifests: Sequence[Manifest], *, regenerated: bool, derived_seed: bool
) -> Conditions:
    """Return the conditions on the outcomes of a claim.

    Args:
        metric: the metric of the claim.
        manifests: the claim's evidence at hand.
        regenerated: whether all its evidence is made for it.
        derived_seed: whether its seed is the derived one; items by choice count as another seed.
    """
    return Conditions(
        metric,
        regenerated=regenerated,
        derived_seed=derived_seed and not has_chosen_items(manifests),
        failed_checks=failed_checks(check for manifest in manifests for check in manifest.checks),
    )
