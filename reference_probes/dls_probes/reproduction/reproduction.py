"""Run a statement's probes again and compare claim by claim."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.evidence.records import RecordedRun, read_evidence
from dls.judging.claimed_profile import is_required, profile_of
from dls.judging.conditions import pair_keys
from dls.judging.context import RuleContext
from dls.model import Arm, Manifest
from dls.probes.shared.data_files import DataFile
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.scenarios.profile import Profile
from dls.verifying.comparison import Verdict
from dls.verifying.tolerance import Mode
from dls_probes.models.size import refuse_too_large
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.access import Verifier, obstacle
from dls_probes.reproduction.budget import affordable, closeness, costs
from dls_probes.reproduction.comparer import Comparer
from dls_probes.reproduction.comparison_result import Comparison, ComparisonResult
from dls_probes.reproduction.feasible import regenerate_feasible
from dls_probes.reproduction.holm import adjust_for_multiplicity
from dls_probes.reproduction.identity_check import ModelsAtHand
from dls_probes.reproduction.other_circumstances import leave_open
from dls_probes.reproduction.redraws import Redraw, passes, redraw_of
from dls_probes.reproduction.settings import matching_specs
from dls_probes.runs.plan import Plan, PlannedProbe, keys_of


@dataclass(frozen=True)
class Reproduction:
    """A second run of a statement's probes.

    Attributes:
        context: of the statement.
        models: both, or the student alone.
        seed: of fresh items; None for the statement's own.
        phrasings: the verifier's, or the probes'.
        access: the verifier's access to the models, a level of `dls_probes.reproduction.access`.
        budget: seconds to spend; None for no limit.
        data: by probe, the files of the items.
        overrides: the settings of `models` that the verifier sets; all others are those of each claim's evidence.
        sources: the arms whose folders the verifier fetched from the sources that the statement names.

    """

    context: RuleContext
    models: Mapping[Arm, ModelSpec]
    seed: int | None = None
    phrasings: Phrasings = PHRASINGS
    access: str = "white_box"
    budget: float | None = None
    data: Mapping[str, DataFile] = field(default_factory=dict)
    overrides: frozenset[str] = frozenset()
    sources: frozenset[Arm] = frozenset()

    @property
    def is_reworded(self) -> bool:
        """Whether the questions are put in the verifier's own phrasings."""
        return self.phrasings != PHRASINGS

    @property
    def mode(self) -> Mode:
        """Whether the run asks the statement's own items, or fresh ones."""
        return "same_items" if self.seed is None and not self.is_reworded else "fresh_items"

    def comparer(self) -> Comparer:
        """Return how its claims are compared."""
        return Comparer(self.context, self.mode, is_reworded=self.is_reworded)


class SecondRun(NamedTuple):
    """The outcome of a second run.

    Attributes:
        results: of each claim, in the statement's order.
        manifests: of its evidence, by path; empty where no model was asked.
        notes: sentences about the folders of the models.

    """

    results: list[ComparisonResult]
    manifests: Mapping[Path, Manifest]
    notes: tuple[str, ...] = ()


def reproduce(run: Reproduction, out: Path, *, workers: int = 0, resume: bool = False) -> SecondRun:
    """Compare the models with the statement's, ask them again, and compare each claim.

    Where a model is not the statement's, it is not asked: no claim is verifiable, or the source that the statement
    names is refuted.

    Raises:
        DlsError: a model cannot be loaded.
    """
    claims = run.context.statement.claims
    check = ModelsAtHand(run.context, run.models, run.sources, run.data).check()
    if check.verdict is not None:
        return SecondRun([ComparisonResult(claim, check.verdict, check.reason) for claim in claims], {}, check.notes)
    for spec in run.models.values():
        refuse_too_large(spec, workers)
    profile, reasons = profile_of(run.context), {**_obstacles(run), **check.open_claims}
    redraws = _redraws(run, reasons)
    reasons |= _budget_obstacles(run, profile, redraws)
    selection = [redraw for index, redraw in redraws.items() if index not in reasons]
    manifests, failures = _run(run, profile, selection, out, workers=workers, resume=resume)
    reasons |= {index: failures[redraw] for index, redraw in redraws.items() if redraw in failures}
    reruns = {redraw: _read(run, path) for redraw, path in manifests.items()}
    evidence = {index: reruns[redraw] for index, redraw in redraws.items() if index not in reasons}
    comparisons = _comparisons(run, evidence, reasons)
    results = leave_open(run.context, comparisons, adjust_for_multiplicity(run.context, comparisons), evidence)
    return SecondRun(results, {path: reruns[redraw].manifest for redraw, path in manifests.items()}, check.notes)


def _comparisons(
    run: Reproduction, evidence: Mapping[int, RecordedRun], reasons: Mapping[int, str]
) -> list[Comparison]:
    """Compare each claim that was run again; the others stay open, each for its reason."""
    comparer = run.comparer()
    return [
        comparer.compare(index, evidence[index])
        if index in evidence
        else Comparison(claim, Verdict.NOT_VERIFIABLE, reasons[index])
        for index, claim in enumerate(run.context.statement.claims)
    ]


def _obstacles(run: Reproduction) -> dict[int, str]:
    """Return why a claim cannot be verified, by the index of each claim that cannot."""
    verifier = Verifier(run.access, "teacher" in run.models, run.is_reworded, run.seed, run.data, run.overrides)
    claims = enumerate(run.context.statement.claims)
    reasons = {index: obstacle(run.context, claim, verifier) for index, claim in claims}
    return {index: reason for index, reason in reasons.items() if reason is not None}


def _redraws(run: Reproduction, obstacles: Mapping[int, str]) -> dict[int, Redraw]:
    """Return the items of each claim that can be run, by its index; a budget puts the most important claim first."""
    claims = run.context.statement.claims
    indices = [index for index in range(len(claims)) if index not in obstacles]
    if run.budget is not None:
        indices.sort(key=lambda index: (not is_required(run.context, claims[index]), closeness(claims[index])))
    return {index: redraw_of(run.context, claims[index], run.seed, run.data, run.overrides) for index in indices}


def _budget_obstacles(run: Reproduction, profile: Profile, redraws: Mapping[int, Redraw]) -> dict[int, str]:
    """Return why a claim is left out, by the index of each claim that the budget does not cover."""
    if run.budget is None or not redraws:
        return {}
    plans = {redraw: _plan(run, profile, redraw) for redraw in redraws.values()}
    start = time.monotonic()
    probes = {redraw.probe: plans[redraw] for redraw in reversed(plans)}  # each redraw of a probe takes as long
    cost = costs(Plan(profile, tuple(probes.values())), run.models)
    remainder = run.budget - (time.monotonic() - start)  # the measurement takes time as well
    selection = set(affordable(list(plans.values()), cost, remainder))
    return {
        index: f"left out: {redraw.probe} would take about {cost[redraw.probe]:.0f} s, and {max(remainder, 0):.0f} s "
        "of the --budget were left for all probes after their speed was measured"
        for index, redraw in redraws.items()
        if plans[redraw] not in selection
    }


def _plan(run: Reproduction, profile: Profile, redraw: Redraw) -> PlannedProbe:
    statement = run.context.statement
    keys = pair_keys(statement.teacher, statement.student) or keys_of(run.models)
    return redraw.plan(profile, keys, run.data, run.phrasings)


def _run(
    run: Reproduction, profile: Profile, redraws: Iterable[Redraw], out: Path, *, workers: int, resume: bool
) -> tuple[dict[Redraw, Path], dict[Redraw, str]]:
    """Run the probes, each later redraw of one in its own folder; return manifests, and reasons for missing ones."""
    manifests: dict[Redraw, Path] = {}
    failures: dict[Redraw, str] = {}
    for number, batch in enumerate(passes(dict.fromkeys(redraws)), 1):
        plan = Plan(profile, tuple(_plan(run, profile, redraw) for redraw in batch))
        folder, models = out if number == 1 else out / f"draw-{number}", matching_specs(run.models, batch[0].settings)
        result = regenerate_feasible(plan, models, folder, workers=workers, resume=resume)
        manifests |= {redraw: result.manifests[redraw.probe] for redraw in batch if redraw.probe in result.manifests}
        failures |= {redraw: result.failures[redraw.probe] for redraw in batch if redraw.probe in result.failures}
    return manifests, failures


def _read(run: Reproduction, path: Path) -> RecordedRun:
    manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    return read_evidence(manifest, path.parent, run.phrasings, run.data)
