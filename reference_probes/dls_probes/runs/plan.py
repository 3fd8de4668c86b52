"""The plan: which probes measure what a profile asks for, with how many units, from which seed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dls.errors import DlsError
from dls.evidence.records import make_items
from dls.judging.seed import derived_seed
from dls.model import ItemsFile
from dls.probe import Probe, items_sha256
from dls.probes import EASIER_PROBES, FILE_PROBES, PROBES
from dls.probes.catalogue import reference_probes
from dls.probes.shared.data_files import DataFile, with_data_file
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.scenarios.problems import profile_problems
from dls.scenarios.profile import Profile
from dls.standard.registry import metric
from dls_probes.models.model_files import ModelFiles

_SEEDS = 1 << 53


@dataclass(frozen=True)
class PlannedProbe:
    """One probe of a plan, and its items, which it makes once.

    Attributes:
        probe: the probe.
        n: its independent units.
        seed: of its items.
        seed_reason: why that seed is not the derived one.
        phrasings: of its questions.
        file: the data file of its items, where they come from one.

    """

    probe: Probe
    n: int
    seed: int
    seed_reason: str | None = None
    phrasings: Phrasings = PHRASINGS
    file: ItemsFile | None = None

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
    """What is to be measured for which profile."""

    profile: Profile
    probes: tuple[PlannedProbe, ...]


def make_plan(
    profile: Profile,
    student: ModelFiles,
    *,
    dimensions: Sequence[str] = (),
    n: int | None = None,
    seed: int | None = None,
    files: Collection[str] = (),
) -> Plan:
    """Plan the probes that measure a profile's targets, or those of some dimensions, with a target or without.

    Args:
        profile: its planned numbers of units are used unless `n` says otherwise; a probe without a target gets as many
            as the intervals of its metrics need.
        student: the model whose weights enter the derived seed.
        dimensions: every probe of these, `headline` and `fidelity` among them, instead of those with a target.
        n: units of every probe instead of the planned number.
        seed: a seed instead of the derived one; outcomes then cannot be `preserved`.
        files: ids of the probes that a data file is given for; those without items of their own are planned then.

    Raises:
        DlsError: no probe of this release measures what was asked for, the profile has a problem for which no statement
            could stand, or `n` or `seed` is none that items can have.
    """
    _refuse_problems(profile)
    if n is not None and n < 1:
        raise DlsError(f"--n {n}: ask for at least 1 unit of every probe")
    asked = [p for p in _offered(profile) if (p.dimension in dimensions if dimensions else _wanted(p, profile))]
    chosen = [*asked, *(p for p in FILE_PROBES if p.id in files)]
    if not chosen:
        raise DlsError(
            f"no probe of this release measures {', '.join(dimensions) or 'a target'} of the profile {profile.id}; `dls probes` lists the probes"
        )
    _refuse_left_open(profile, chosen)
    return Plan(
        profile, tuple(plan_probe(p, profile, student.weights_sha256, n or _units(p, profile), seed) for p in chosen)
    )


def _refuse_problems(profile: Profile) -> None:
    """Refuse a profile that `dls validate` would refuse, before hours are spent on items that follow from its digest."""
    if found := profile_problems(profile):
        raise DlsError(
            f"the profile {profile.path} is none to judge by: {found[0].pointer or '/'}: {found[0].message}; mend it first, for the "
            f"items follow from its digest (`dls scenarios {profile.path}` shows every problem)"
        )


def _refuse_left_open(profile: Profile, chosen: Sequence[Probe]) -> None:
    """Refuse a target that names no probe where several would measure its metric: it would be met by the better one."""
    for target in profile.targets:
        able = [probe.id for probe in chosen if target.metric in probe.metrics]
        if target.probe is None and len(able) > 1:
            raise DlsError(
                f"the profile {profile.id} has a target for {target.metric} that names no probe, and this run would measure it by "
                f"{' and '.join(able)}; ask for one of them alone, or write a target with `probe` for each"
            )


def _units(probe: Probe, profile: Profile) -> int:
    planned = [t.n for t in profile.targets if t.probe in (None, probe.id) and t.metric in probe.metrics]
    return max(planned or [metric(name).smallest_n or 0 for name in probe.metrics])


def plan_probe(probe: Probe, profile: Profile, student_sha256: str, units: int, seed: int | None) -> PlannedProbe:
    """Plan one probe for the student with a weights digest; a seed that is not the derived one gets a reason.

    Raises:
        DlsError: not every reader of JSON keeps the seed exact.
    """
    if seed is not None and not 0 <= seed < _SEEDS:
        raise DlsError(f"seed {seed} is not from 0 to 2^53 - 1; choose another, or leave it out")
    derived = derived_seed(profile.sha256, student_sha256, probe.name)
    if seed is None or seed == derived:
        return PlannedProbe(probe, units, derived)
    return PlannedProbe(probe, units, seed, "chosen by whoever ran the probe")


def with_files(plan: Plan, data: Mapping[str, DataFile]) -> Plan:
    """Return the plan with the items of some probes drawn from files.

    Raises:
        DlsError: a probe takes no file, or is not planned.
    """
    if unplanned := sorted(set(data) - {planned.probe.id for planned in plan.probes}):
        raise DlsError(f"--data {unplanned[0]}: this run does not ask that probe; add its --dimension")
    return replace(plan, probes=tuple(_drawn_from_file(planned, data) for planned in plan.probes))


def _drawn_from_file(planned: PlannedProbe, data: Mapping[str, DataFile]) -> PlannedProbe:
    given = data.get(planned.probe.id)
    if given is None:
        return planned
    return replace(planned, probe=with_data_file(planned.probe, given), file=ItemsFile(given.name, given.sha256))


def unmeasured_targets(plan: Plan) -> tuple[str, ...]:
    """Return a sentence for every target whose probe is not asked, for want of a data file or of the probe."""
    asked = {planned.probe.id for planned in plan.probes}
    without_items = {probe.id for probe in FILE_PROBES} - asked
    known = {probe.id for probe in reference_probes()}
    found = []
    for target in plan.profile.targets:
        if target.probe in without_items:
            found.append(
                f"not measured: {target.metric}, for {target.probe} has no items of its own; give them with --data {target.probe}=FILE"
            )
        elif target.probe and target.probe not in known:
            found.append(
                f"not measured: {target.metric}, for this release has no probe {target.probe}; `dls probes` lists those it has"
            )
    return tuple(found)


def _offered(profile: Profile) -> list[Probe]:
    """Return the probes that a run for a profile may ask.

    An easier probe is asked only where a target names it, and then instead of the one that it stands for. Both are asked
    only where targets name both.
    """
    named = {target.probe for target in profile.targets}
    easier = [probe for probe in EASIER_PROBES if probe.id in named]
    replaced = {probe.stands_for for probe in easier}
    return [*(probe for probe in PROBES if probe.id not in replaced or probe.id in named), *easier]


def _wanted(probe: Probe, profile: Profile) -> bool:
    return any(t.probe == probe.id or (t.probe is None and t.metric in probe.metrics) for t in profile.targets)
