"""The conditions on a claim's outcomes: its evidence, seed, number of units, models and validity checks."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from dls.errors import DlsError
from dls.evidence.manifest_probe import probe_of_manifest
from dls.identity.key import model_key
from dls.judging.seed import PairKeys, derived_seed
from dls.model import Claim, Manifest, Model, ModelIdentity, ProbeName, Statement, ValidityCheck
from dls.model.manifest import OPEN, THINKING, THINKING_OFF
from dls.probes import FILE_IDS
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import Profile
from dls.scenarios.unit_plan import planned_units
from dls.standard.registry import Metric

_KINDS = {True: {"regenerated"}, False: {"regenerated", "measured"}}  # by whether it is about a probe's own items


class FailedChecks(NamedTuple):
    """The validity checks that failed for a model, each as a clause.

    Any of them keeps `preserved` away. Only an `excuse` turns `lost` into `inconclusive`: a check of the teacher that
    is known to exist. What is unknown never helps, and a student that fails alone has lost all the more.
    """

    clauses: tuple[str, ...] = ()
    excuses: tuple[str, ...] = ()


class Conditions(NamedTuple):
    """The facts beside a claim's numbers that bound its outcomes."""

    metric: Metric
    regenerated: bool  # all evidence is regenerated, or measured on the data set that the claim names
    derived_seed: bool  # no seed, or the derived one; and no items by choice
    planned_n: int | None = None  # the units that the profile plans for the probe; None where no plan is known
    pinned_student: bool = True  # the student is known by its tensors, not by a declaration alone
    failed_checks: FailedChecks = FailedChecks()
    whole_split: bool = True  # the numbers are of all items of the split that the claim names, if it names one
    other_items: bool = False  # the numbers are of other items than those of the target's probe


def is_made_for_claim(claim: Claim, kinds: frozenset[str]) -> bool:
    """Whether evidence of these kinds is made for the claim: regenerated, or measured on the data set that it names."""
    return kinds <= _KINDS[claim.on is None]


def has_chosen_items(claim: Claim, manifests: Sequence[Manifest], profile: Profile | None) -> bool:
    """Whether a claim's items are a choice: own phrasings, or a data file that the profile does not pin for its probe.

    A claim on pinned data names the file itself: a manifest that is not at hand then helps nothing.
    """
    if any(manifest.items.phrasings_sha256 for manifest in manifests):
        return True
    probe = claim.probe.id if claim.probe else ""
    pin = profile.data_of(probe) if profile else None
    files = {manifest.items.file.sha256 if manifest.items.file else None for manifest in manifests}
    digest = pin.sha256 if pin else None
    is_other = bool(files - {digest}) or (claim.items.data if claim.items else None) != digest
    return is_other or (pin is None and probe in FILE_IDS)


def is_of_whole_split(claim: Claim, manifests: Iterable[Manifest]) -> bool:
    """Whether a claim is about a probe's items, or about all items of a split; an unknown size never helps.

    Its printed size counts, and that of each log at hand.
    """
    if claim.on is None or claim.probe is not None:
        return True
    logs = ((manifest.log, manifest.items.n) for manifest in manifests)
    return (
        claim.items is not None
        and claim.items.of == claim.items.n
        and all(log is None or log.of == n for log, n in logs)
    )


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
    """Return the units that a profile plans for a claim's probe or data set; None without a profile or such a target.

    Of a probe that this release does not have, the targets for the claim's metric count.
    """
    if profile is None:
        return None
    if claim.probe is None:
        plans = (target.n for target in profile.targets_of(claim.metric, on=claim.on) if target.on is not None)
        return max(plans, default=None)
    return _planned_n(profile, claim.probe, claim.metric)


@lru_cache(maxsize=256)  # the claims of ten thousand statements share a few plans
def _planned_n(profile: Profile, probe: ProbeName, metric: str) -> int | None:
    try:
        return planned_units(profile, find_probe(probe.id, probe.version))
    except DlsError:
        names = ((probe.id, metric), (None, metric))
        return max((target.n for target in profile.targets if (target.probe, target.metric) in names), default=None)


def is_failed(check: ValidityCheck) -> bool:
    """Whether a validity check failed: its value is unknown or below its floor. Its member `passed` decides nothing."""
    return check.value is None or check.value < check.floor


def failed_checks(checks: Iterable[ValidityCheck], names: Collection[str]) -> FailedChecks:
    """Return the validity checks that failed; ``names`` are those that the teacher is known to be held to."""
    failures = [check for check in checks if is_failed(check)]
    excuses = (c for c in failures if c.arm == "teacher" and c.check in names and c.value is not None)
    return FailedChecks(tuple(map(_clause, failures)), tuple(map(_clause, excuses)))


def _clause(check: ValidityCheck) -> str:
    if check.value is None:
        return f"{check.check} of the {check.arm} is unknown, for the access to the models does not give it"
    return f"{check.check} of the {check.arm} is {check.value}, below {check.floor}"


def teacher_checks(manifest: Manifest) -> frozenset[str]:
    """Return the checks that a manifest's teacher is held to: its probe's, and one of answers that begin in a thought.

    They are none where this release does not have the probe.
    """
    try:
        probe = probe_of_manifest(manifest)
    except DlsError:
        return frozenset()
    settings = manifest.settings.get("teacher")
    is_open = isinstance(settings, dict) and settings.get(THINKING) == OPEN
    return frozenset(check.check for check in probe.checks) | ({THINKING_OFF} if is_open else set())


def _failures(manifests: Sequence[Manifest]) -> FailedChecks:
    failures = [
        failed_checks(manifest.checks, teacher_checks(manifest))
        for manifest in manifests
        if any(map(is_failed, manifest.checks))
    ]
    clauses, excuses = ([clause for entry in failures for clause in entry[k]] for k in range(2))
    return FailedChecks(tuple(clauses), tuple(excuses))


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
        derived_seed: whether its seed is the derived one, and its items are no choice (`has_chosen_items`).
        planned_n: the units that the profile plans for its probe; None where no plan is known.
        pinned_student: whether the student is known by its tensors.
    """
    return Conditions(
        metric,
        regenerated=regenerated,
        derived_seed=derived_seed,
        planned_n=planned_n,
        pinned_student=pinned_student,
        failed_checks=_failures(manifests),
    )
