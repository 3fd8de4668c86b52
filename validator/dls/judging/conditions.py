"""The conditions on a claim's outcomes: its evidence, seed, number of units, models and validity checks."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dls.errors import DlsError
from dls.identity.key import model_key
from dls.judging.seed import PairKeys, derived_seed
from dls.model import Claim, Manifest, Model, ModelIdentity, Statement, ValidityCheck
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import Profile
from dls.scenarios.unit_plan import planned_units
from dls.standard.registry import Metric

_KINDS = {True: {"regenerated"}, False: {"regenerated", "measured"}}  # by whether it is about a probe's own items


class Conditions(NamedTuple):
    """The facts beside a claim's numbers that bound its outcomes."""

    metric: Metric
    regenerated: bool  # all evidence is regenerated, or measured on the data set that the claim names
    derived_seed: bool  # no seed, or the derived one
    planned_n: int | None = None  # the units that the profile plans for the probe; None where no plan is known
    pinned_student: bool = True  # the student is known by its tensors, not by a declaration alone
    failed_checks: tuple[str, ...] = ()  # validity checks of the probe that failed for a model


def is_made_for_claim(claim: Claim, kinds: frozenset[str]) -> bool:
    """Whether evidence of these kinds is made for the claim: regenerated, or measured on the data set that it names."""
    return kinds <= _KINDS[claim.on is None]


def has_chosen_items(manifests: Iterable[Manifest]) -> bool:
    """Whether manifests have items by choice: own phrasings and a data file are a choice."""
    return any(manifest.items.phrasings_sha256 or manifest.items.file for manifest in manifests)


def pair_keys(teacher: Model | ModelIdentity, student: Model | ModelIdentity) -> PairKeys | None:
    """Return the keys of a pair; None where a model has none."""
    first, second = model_key(teacher), model_key(student)
    return None if first is None or second is None else PairKeys(first.sha256, second.sha256)


def is_pinned(model: Model | ModelIdentity) -> bool:
    """Whether a model is known by its tensors; a server's key is a declaration."""
    key = model_key(model)
    return key is not None and not key.is_declared


def expected_seed(statement: Statement, claim: Claim) -> int | None:
    """Return the derived seed of a claim's items; None without a probe, items, or the key of a model."""
    keys = pair_keys(statement.teacher, statement.student)
    if claim.probe is None or claim.items is None or keys is None:
        return None
    name = f"{claim.probe.id}@{claim.probe.version}"
    return derived_seed(statement.scenario.sha256, keys, name, claim.items.n)


def planned_n(profile: Profile | None, claim: Claim) -> int | None:
    """Return the units that a profile plans for a claim's probe; None without a profile, a probe, or a target of it.

    Of a probe that this release does not have, the targets for the claim's metric count.
    """
    if profile is None or claim.probe is None:
        return None
    try:
        return planned_units(profile, find_probe(claim.probe.id, claim.probe.version))
    except DlsError:
        names = ((claim.probe.id, claim.metric), (None, claim.metric))
        return max((target.n for target in profile.targets if (target.probe, target.metric) in names), default=None)


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
    metric: Metric,
    manifests: Sequence[Manifest],
    *,
    regenerated: bool,
    derived_seed: bool,
    planned_n: int | None,
    pinned_student: bool,
) -> Conditions:
    """Return the conditions on the outcomes of a claim.

    Args:
        metric: the metric of the claim.
        manifests: the claim's evidence at hand.
        regenerated: whether all its evidence is made for it.
        derived_seed: whether its seed is the derived one; items by choice count as another seed.
        planned_n: the units that the profile plans for its probe; None where no plan is known.
        pinned_student: whether the student is known by its tensors.
    """
    return Conditions(
        metric,
        regenerated=regenerated,
        derived_seed=derived_seed and not has_chosen_items(manifests),
        planned_n=planned_n,
        pinned_student=pinned_student,
        failed_checks=failed_checks(check for manifest in manifests for check in manifest.checks),
    )
