"""The plan of a run: its probes, their numbers of units and their seeds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dls.errors import DlsError
from dls.evidence.records import make_items
from dls.identity.key import model_key
from dls.judging.seed import PairKeys, derived_seed
from dls.model import Arm, ItemsFile, PinnedData
from dls.probe import Probe, items_sha256
from dls.probes import FILE_IDS
from dls.probes.catalogue import find_probe, reference_probes
from dls.probes.collection import EASIER_PROBES, PROBES
from dls.probes.shared.data_files import DataFile, expect_units, with_data_file
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.scenarios.problems import profile_problems
from dls.scenarios.profile import Profile
from dls.scenarios.unit_plan import planned_units
from dls_probes.models.transformers_model import ModelSpec

_SEEDS = 1 << 53


@dataclass(frozen=True)
class PlannedProbe:
    """One probe of a plan; it makes its items and their digest once.

    Attributes:
        probe: the probe.
        n: its independent units.
        seed: of its items.
        seed_reason: the reason for a seed other than the derived one.
        phrasings: of its questions.
        file: the data file that its items come from; None for generated items.
        max_new_tokens: the profile's limit on new tokens of an answer.

    """

    probe: Probe
    n: int
    seed: int
    seed_reason: str | None = None
    phrasings: Phrasings = PHRASINGS
    file: ItemsFile | None = None
    max_new_tokens: int = 0

    @cached_property
    def items(self) -> Sequence[Any]:
        """The items."""
        return make_items(self.probe, self.seed, self.n, self.phrasings)

    @cached_property
    def items_sha256(self) -> str:
        """The digest of the items."""
        return items_sha256(self.items)


@dataclass(frozen=True)
class Plan:
    """The probes to ask for a profile."""

    profile: Profile
    probes: tuple[PlannedProbe, ...]


def make_plan(
    profile: Profile,
    keys: PairKeys,
    *,
    dimensions: Sequence[str] = (),
    n: int | None = None,
    seed: int | None = None,
    files: Collection[str] = (),
) -> Plan:
    """Plan the probes that measure a profile's targets, or only those of some dimensions.

    A probe on a data file that the profile pins is planned where it has a file.

    Args:
        profile: its planned numbers of units count unless you give `n`; a probe without a target gets as many units as
            the intervals of its metrics need.
        keys: of both models, which enter the derived seeds.
        dimensions: plan only the probes of these, of those with a target; `headline` and `fidelity` are such names too.
        n: units of every probe instead of the planned number; outcomes then cannot be `preserved`.
        seed: a seed instead of the derived one; outcomes then cannot be `preserved`.
        files: ids of probes with a data file; the plan includes each of them.

    Raises:
        DlsError: no probe of this release measures the targets or dimensions, the profile has a problem that no
            statement could pass, or items cannot have `n` or `seed`.
    """
    _refuse_problems(profile)
    if n is not None and n < 1:
        raise DlsError(f"--n {n}: ask for at least 1 unit of every probe")
    probes = [probe for probe in _probes(profile, dimensions) if not profile.data_of(probe.id) or probe.id in files]
    probes += [probe for probe in reference_probes() if probe.id in files and probe not in probes]
    if not probes:
        raise DlsError(_no_probes(profile, dimensions))
    _refuse_ambiguity(profile, probes)
    return Plan(
        profile, tuple(plan_probe(probe, profile, keys, n or planned_units(profile, probe), seed) for probe in probes)
    )


def _no_probes(profile: Profile, dimensions: Sequence[str]) -> str:
    """Return why a plan would be empty: the profile has no such target, or its probes wait for a data file."""
    names = dict.fromkeys(target.probe for target in profile.targets if target.probe)
    waiting = [name for name in names if profile.data_of(name) or name in FILE_IDS]
    if waiting and not dimensions:
        return f"the profile {profile.id} takes its items from files; give one with --data {waiting[0]}=FILE"
    targets = ", ".join(dict.fromkeys(target.dimension for target in profile.targets)) or "no dimension"
    return (
        f"no probe of this release measures {', '.join(dimensions) or 'a target'} of the profile {profile.id}, whose "
        f"targets are in {targets}; `dls probes` lists the probes"
    )


def keys_of(models: Mapping[Arm, ModelSpec]) -> PairKeys:
    """Return the keys of the models of a run; a model that runs alone stands for both."""
    keys = [key.sha256 for spec in models.values() if (key := model_key(spec.files.identity))]
    return PairKeys(keys[0], keys[-1])


def _refuse_problems(profile: Profile) -> None:
    """Refuse a profile that `dls validate` would refuse, before hours go into items that follow from its digest."""
    if problems := profile_problems(profile):
        first = problems[0]
        raise DlsError(
            f"the profile {profile.path} cannot be judged by: {first.pointer or '/'}: {first.message}; correct it "
            f"first, since the items follow from its digest (`dls scenarios {profile.path}` shows every problem)"
        )


def _refuse_ambiguity(profile: Profile, probes: Sequence[Probe]) -> None:
    """Refuse a target that names no probe where several would measure its metric: the better one would meet it."""
    for target in profile.targets:
        matches = [probe.id for probe in probes if target.metric in probe.metrics]
        if target.probe is None and len(matches) > 1:
            raise DlsError(
                f"the profile {profile.id} has a target for {target.metric} that names no probe, and this run would "
                f"measure it by {' and '.join(matches)}; ask for one of them alone, or write a target with `probe` "
                "for each"
            )


def plan_probe(probe: Probe, profile: Profile, keys: PairKeys, units: int, seed: int | None) -> PlannedProbe:
    """Plan one probe for a pair; a seed that is not the derived one gets a reason.

    Raises:
        DlsError: not every reader of JSON keeps the seed exact.
    """
    if seed is not None and not 0 <= seed < _SEEDS:
        raise DlsError(f"seed {seed} is not from 0 to 2^53 - 1; choose another, or leave it out")
    derivation = derived_seed(profile.sha256, keys, probe.name, units)
    plan = PlannedProbe(probe, units, derivation, max_new_tokens=profile.max_new_tokens)
    if seed is None or seed == derivation:
        return plan
    return replace(plan, seed=seed, seed_reason="chosen by whoever ran the probe")


def with_files(plan: Plan, data: Mapping[str, DataFile]) -> Plan:
    """Return the plan with the items of some probes from files.

    Raises:
        DlsError: a probe takes no file, or is not planned; or the file is not the one that the profile pins.
    """
    if strangers := sorted(set(data) - {entry.probe.id for entry in plan.probes}):
        raise DlsError(
            f"--data {strangers[0]}: this release has no such probe; `dls probes` lists those that take a file"
        )
    for name, file in data.items():
        if (pin := plan.profile.data_of(name)) is not None:
            _expect_pinned(find_probe(name), file, pin)
    return replace(plan, probes=tuple(_with_file(entry, data.get(entry.probe.id)) for entry in plan.probes))


def _expect_pinned(probe: Probe, file: DataFile, pin: PinnedData) -> None:
    if file.sha256 != pin.sha256:
        raise DlsError(
            f"--data {probe.id}: the profile pins a file with digest {pin.sha256}, and {file.name} has {file.sha256}; "
            "give the pinned file, or pin this one before you measure"
        )
    expect_units(probe, file, pin.units)


def _with_file(entry: PlannedProbe, file: DataFile | None) -> PlannedProbe:
    if file is None:
        return entry
    return replace(entry, probe=with_data_file(entry.probe, file), file=ItemsFile(file.name, file.sha256))


def unmeasured_targets(plan: Plan) -> tuple[str, ...]:
    """Return a sentence for every target that a missing data file or a missing probe leaves unmeasured."""
    ids = {entry.probe.id for entry in plan.probes}
    release = {probe.id for probe in reference_probes()}
    sentences = []
    for target in plan.profile.targets:
        if target.probe and target.probe not in ids and (target.data or target.probe in FILE_IDS):
            origin = f"the file with digest {target.data.sha256}" if target.data else "a file"
            sentences.append(
                f"not measured: {target.metric}, for the items of {target.probe} come from {origin}; "
                f"give it with --data {target.probe}=FILE"
            )
        elif target.probe and target.probe not in release:
            sentences.append(
                f"not measured: {target.metric}, for this release has no probe {target.probe}; "
                "`dls probes` lists those it has"
            )
    return tuple(sentences)


def _probes(profile: Profile, dimensions: Sequence[str]) -> list[Probe]:
    """Return the probes with items of their own that measure a target, in one of the dimensions where there are any.

    An easier probe takes part only where a target names it. It then replaces the harder probe of the same metrics,
    unless a target names that one too.
    """
    names = {target.probe for target in profile.targets}
    easier = [probe for probe in EASIER_PROBES if probe.id in names]
    harder = {probe.stands_for for probe in easier} - names
    candidates = [*(probe for probe in PROBES if probe.id not in harder), *easier]
    return [
        probe
        for probe in candidates
        if _has_target(probe, profile) and (not dimensions or probe.dimension in dimensions)
    ]


def _has_target(probe: Probe, profile: Profile) -> bool:
    return any(t.probe == probe.id or (t.probe is None and t.metric in probe.metrics) for t in profile.targets)
