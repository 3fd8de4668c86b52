"""Run a statement's probes again and compare claim by claim."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.case import Case
from dls.comparison import Verdict, sentence
from dls.errors import DlsError
from dls.evidence import Evidence, read_evidence
from dls.model import Manifest
from dls.model.statement import Arm, Claim
from dls.probe import probe
from dls.probes.phrasings import PHRASINGS, Phrasings
from dls.profile import Profile
from dls.tolerance import Mode
from dls_probes.access import why_not
from dls_probes.budget import affordable, closeness, costs
from dls_probes.compared import Compared, Comparing, conclude, is_required
from dls_probes.plan import Plan, Planned, planned
from dls_probes.regenerate import regenerate
from dls_probes.settings import is_reduced
from dls_probes.size import refuse_too_large
from dls_probes.transformers_model import ModelSpec, tokenizer_sha256, weights_sha256


@dataclass(frozen=True)
class Reproduction:
    """A re-run under way.

    Attributes:
        case: the statement's case.
        models: both, or the student alone.
        seed: of fresh items; None for the statement's own.
        phrasings: a verifier's own, or the probes'.
        access: what the verifier has of the models, a level of `dls_probes.access`.
        budget: seconds to spend; None for as many as it takes.

    """

    case: Case
    models: Mapping[Arm, ModelSpec]
    seed: int | None = None
    phrasings: Phrasings = PHRASINGS
    access: str = "white_box"
    budget: float | None = None

    @property
    def reworded(self) -> bool:
        """Whether the questions are put in the verifier's own phrasings."""
        return self.phrasings != PHRASINGS

    @property
    def mode(self) -> Mode:
        """Whether the statement's own items were asked, or fresh ones."""
        return "same_items" if self.seed is None and not self.reworded else "fresh_items"

    def comparing(self) -> Comparing:
        """Return how its claims are compared."""
        reduced = is_reduced(self.case, self.models)
        return Comparing(self.case, self.mode, reworded=self.reworded, reduced=reduced)


class Drawn(NamedTuple):
    """Which items of which probe: claims that share them share a run."""

    probe: str
    seed: int
    n: int


def other_models(case: Case, models: Mapping[Arm, ModelSpec]) -> list[str]:
    """Return a sentence for every model whose files are not those that the statement is about."""
    problems = []
    for arm, spec in models.items():
        model = getattr(case.statement, arm)
        found = {"weights_sha256": weights_sha256(spec.folder), "tokenizer_sha256": tokenizer_sha256(spec.folder)}
        problems += [
            f"the {arm} in {spec.folder} has {name} {digest}, the statement is about {getattr(model, name)}"
            for name, digest in found.items()
            if getattr(model, name) is not None and getattr(model, name) != digest
        ]
    return problems


def reproduce(
    run: Reproduction, out: Path, *, workers: int = 0, resume: bool = False
) -> tuple[list[Compared], list[Path]]:
    """Ask the models again and compare every claim; return the comparisons and the manifests of the re-run.

    Raises:
        DlsError: a model cannot be loaded, or the profile cannot be had.
    """
    claims = run.case.statement.claims
    if problems := other_models(run.case, run.models):
        return [Compared(claim, Verdict.REFUTED, sentence(problems, "")) for claim in claims], []
    profile = run.case.profile
    if profile is None:
        raise DlsError(f"{run.case.document.path}: {run.case.profile_problem}; without the profile nothing can be run")
    for spec in run.models.values():
        refuse_too_large(spec, workers)
    open_, left_out = _within_budget(run, profile, _why_not(run))
    found = _run(run, profile, _draws(run, open_), out, workers=workers, resume=resume)
    comparing = run.comparing()
    compared = []
    for index, claim in enumerate(claims):
        if index in open_:
            compared.append(comparing.claim(index, _read(found[drawn(run, claim)], run.phrasings)))
        else:
            compared.append(Compared(claim, Verdict.NOT_VERIFIABLE, left_out[index]))
    conclude(run.case, compared)
    return compared, list(found.values())


def _why_not(run: Reproduction) -> dict[int, str]:
    """Return why a claim cannot be verified, for every claim that cannot."""
    teacher = "teacher" in run.models
    reasons = {
        index: why_not(run.case, claim, run.access, teacher=teacher, reworded=run.reworded)
        for index, claim in enumerate(run.case.statement.claims)
    }
    return {index: reason for index, reason in reasons.items() if reason is not None}


def drawn(run: Reproduction, claim: Claim) -> Drawn:
    """Return the items that a verifiable claim is run on."""
    assert claim.probe is not None
    assert claim.items is not None
    seed = claim.items.seed if run.seed is None else run.seed
    assert seed is not None
    return Drawn(claim.probe.id, seed, claim.items.n)


def _draws(run: Reproduction, open_: Iterable[int]) -> list[Drawn]:
    claims = run.case.statement.claims
    return list(dict.fromkeys(drawn(run, claims[index]) for index in open_))


def _within_budget(run: Reproduction, profile: Profile, left_out: dict[int, str]) -> tuple[list[int], dict[int, str]]:
    """Return the claims to run, those that matter most first, and why each other claim is left open."""
    claims = run.case.statement.claims
    open_ = [index for index in range(len(claims)) if index not in left_out]
    if run.budget is None or not open_:
        return open_, left_out
    open_.sort(key=lambda index: (not is_required(run.case, claims[index]), closeness(claims[index])))
    draws = _draws(run, open_)
    first = {draw.probe: draw for draw in reversed(draws)}
    cost = costs(Plan(profile, tuple(_planned(run, profile, draw) for draw in first.values())), run.models)
    chosen = affordable([_planned(run, profile, draw) for draw in draws], cost, run.budget)
    afforded = {Drawn(one.probe.id, one.seed, one.n) for one in chosen}
    for index in open_:
        if (draw := drawn(run, claims[index])) not in afforded:
            left_out[index] = f"left out: {draw.probe} would take about {cost[draw.probe]:.0f} s of the --budget"
    return [index for index in open_ if index not in left_out], left_out


def _planned(run: Reproduction, profile: Profile, draw: Drawn) -> Planned:
    digest = weights_sha256(run.models["student"].folder)
    return planned(probe(draw.probe), profile, digest, draw.n, draw.seed)._replace(phrasings=run.phrasings)


def _run(
    run: Reproduction, profile: Profile, draws: Sequence[Drawn], out: Path, *, workers: int, resume: bool
) -> dict[Drawn, Path]:
    """Run the probes; a second draw of the same probe goes into a folder of its own."""
    found: dict[Drawn, Path] = {}
    for number in count(1):
        now = {draw.probe: draw for draw in reversed([draw for draw in draws if draw not in found])}
        if not now:
            return found
        plan = Plan(profile, tuple(_planned(run, profile, draw) for draw in now.values()))
        folder = out if number == 1 else out / f"draw-{number}"
        manifests = regenerate(plan, run.models, folder, workers=workers, resume=resume)
        found |= {now[path.parent.name]: path for path in manifests}
    raise AssertionError


def _read(path: Path, phrasings: Phrasings) -> Evidence:
    return read_evidence(msgspec.json.decode(path.read_bytes(), type=Manifest), path.parent, phrasings)
