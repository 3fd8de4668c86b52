"""Run a statement's probes again and compare claim by claim."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from dls.evidence.records import RecordedRun, read_evidence
from dls.judging.claimed_profile import is_required, profile_of
from dls.judging.context import RuleContext
from dls.model import Arm, Manifest
from dls.probes.shared.data_files import DataFile
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.scenarios.profile import Profile
from dls.verifying.comparison import Verdict, sentence
from dls.verifying.tolerance import Mode
from dls_probes.models.size import refuse_too_large
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.access import Verifier, why_not
from dls_probes.reproduction.budget import affordable, closeness, costs
from dls_probes.reproduction.comparer import Comparer
from dls_probes.reproduction.comparison_result import Comparison, ComparisonResult
from dls_probes.reproduction.feasible import regenerate_possible
from dls_probes.reproduction.holm import adjust_for_multiplicity
from dls_probes.reproduction.redraws import Drawn, drawn, passes
from dls_probes.reproduction.settings import asked_so
from dls_probes.runs.plan import Plan, PlannedProbe


@dataclass(frozen=True)
class Reproduction:
    """A re-run under way.

    Attributes:
        case: the statement's case.
        models: both, or the student alone.
        seed: of fresh items; None for the statement's own.
        phrasings: a verifier's own, or the probes'.
        access: what the verifier has of the models, a level of `dls_probes.reproduction.access`.
        budget: seconds to spend; None for as many as it takes.
        data: by probe, the files that items were drawn from.
        chosen: the settings of `models` that the verifier chose; in all others each claim is asked as its evidence was.

    """

    context: RuleContext
    models: Mapping[Arm, ModelSpec]
    seed: int | None = None
    phrasings: Phrasings = PHRASINGS
    access: str = "white_box"
    budget: float | None = None
    data: Mapping[str, DataFile] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()

    @property
    def reworded(self) -> bool:
        """Whether the questions are put in the verifier's own phrasings."""
        return self.phrasings != PHRASINGS

    @property
    def mode(self) -> Mode:
        """Whether the statement's own items were asked, or fresh ones."""
        return "same_items" if self.seed is None and not self.reworded else "fresh_items"

    def comparer(self) -> Comparer:
        """Return how its claims are compared."""
        return Comparer(self.context, self.mode, is_reworded=self.reworded)


def other_models(context: RuleContext, models: Mapping[Arm, ModelSpec]) -> list[str]:
    """Return a sentence for every model whose files are not those that the statement is about."""
    problems = []
    for arm, spec in models.items():
        model = getattr(context.statement, arm)
        found = {"weights_sha256": spec.files.weights_sha256, "tokenizer_sha256": spec.files.tokenizer_sha256}
        problems += [
            f"the {arm} in {spec.folder} has {name} {digest}, the statement is about {getattr(model, name)}"
            for name, digest in found.items()
            if getattr(model, name) is not None and getattr(model, name) != digest
        ]
    return problems


def reproduce(
    run: Reproduction, out: Path, *, workers: int = 0, resume: bool = False
) -> tuple[list[ComparisonResult], list[Path]]:
    """Ask the models again and compare every claim; return the comparisons and the manifests of the re-run.

    Raises:
        DlsError: a model cannot be loaded.
    """
    claims = run.context.statement.claims
    if problems := other_models(run.context, run.models):
        return [ComparisonResult(claim, Verdict.REFUTED, sentence(problems, "")) for claim in claims], []
    for spec in run.models.values():
        refuse_too_large(spec, workers)
    profile = profile_of(run.context)
    open_, left_out = _within_budget(run, profile, _why_not(run))
    draws = _draws(run, open_)
    found, failed = _run(run, profile, draws.values(), out, workers=workers, resume=resume)
    again = {draw: _read(run, path) for draw, path in found.items()}
    left_out |= {index: failed[draw] for index, draw in draws.items() if draw in failed}
    comparer = run.comparer()
    comparisons = [
        comparer.compare(index, again[draws[index]])
        if index not in left_out
        else Comparison(claim, Verdict.NOT_VERIFIABLE, left_out[index])
        for index, claim in enumerate(claims)
    ]
    return adjust_for_multiplicity(run.context, comparisons), list(found.values())


def _why_not(run: Reproduction) -> dict[int, str]:
    """Return why a claim cannot be verified, for every claim that cannot."""
    verifier = Verifier(run.access, "teacher" in run.models, run.reworded, run.seed, run.data, run.chosen)
    reasons = {index: why_not(run.context, claim, verifier) for index, claim in enumerate(run.context.statement.claims)}
    return {index: reason for index, reason in reasons.items() if reason is not None}


def _draws(run: Reproduction, open_: Iterable[int]) -> dict[int, Drawn]:
    """Return the items of every claim that is run, by its place."""
    claims = run.context.statement.claims
    return {index: drawn(run.context, claims[index], run.seed, run.data, run.chosen) for index in open_}


def _within_budget(run: Reproduction, profile: Profile, left_out: dict[int, str]) -> tuple[list[int], dict[int, str]]:
    """Return the claims to run, those that matter most first, and why each other claim is left open."""
    claims = run.context.statement.claims
    open_ = [index for index in range(len(claims)) if index not in left_out]
    if run.budget is None or not open_:
        return open_, left_out
    open_.sort(key=lambda index: (not is_required(run.context, claims[index]), closeness(claims[index])))
    draws = _draws(run, open_)
    wanted = {draw: _planned(run, profile, draw) for draw in draws.values()}
    started = time.monotonic()
    once = {draw.probe: wanted[draw] for draw in reversed(wanted)}  # another draw of a probe takes as long
    cost = costs(Plan(profile, tuple(once.values())), run.models)
    left = run.budget - (time.monotonic() - started)  # to measure speed takes time as well
    afforded = set(affordable(list(wanted.values()), cost, left))
    for index, draw in draws.items():
        if wanted[draw] not in afforded:
            left_out[index] = (
                f"left out: {draw.probe} would take about {cost[draw.probe]:.0f} s, and {max(left, 0):.0f} s of the --budget "
                "were left for all when its speed was known"
            )
    return [index for index in open_ if index not in left_out], left_out


def _planned(run: Reproduction, profile: Profile, draw: Drawn) -> PlannedProbe:
    return draw.planned(profile, run.models["student"].files.weights_sha256, run.data, run.phrasings)


def _run(
    run: Reproduction, profile: Profile, draws: Iterable[Drawn], out: Path, *, workers: int, resume: bool
) -> tuple[dict[Drawn, Path], dict[Drawn, str]]:
    """Run the probes, a second draw of the same probe in a folder of its own; return manifests, and why others failed."""
    found: dict[Drawn, Path] = {}
    failed: dict[Drawn, str] = {}
    for number, now in enumerate(passes(dict.fromkeys(draws)), 1):
        plan = Plan(profile, tuple(_planned(run, profile, draw) for draw in now))
        folder, models = out if number == 1 else out / f"draw-{number}", asked_so(run.models, now[0].asked)
        written, why = regenerate_possible(plan, models, folder, workers=workers, resume=resume)
        found |= {draw: written[draw.probe] for draw in now if draw.probe in written}
        failed |= {draw: why[draw.probe] for draw in now if draw.probe in why}
    return found, failed


def _read(run: Reproduction, path: Path) -> RecordedRun:
    manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    return read_evidence(manifest, path.parent, run.phrasings, run.data)
