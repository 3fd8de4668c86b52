"""Run a statement's probes again, compare claim by claim, and write the reproduction report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from dls import precision
from dls.canonical import file_sha256
from dls.case import Case
from dls.claim import claim_of
from dls.comparison import Judged, Verdict, differences, numbers, sentence
from dls.errors import DlsError
from dls.evidence import Evidence, read_evidence
from dls.model import Manifest
from dls.model.evidence import Measured
from dls.model.statement import Arm, Claim
from dls.outcome import Outcome
from dls.probe import probe
from dls.profile import Profile
from dls.recompute import other_outcomes, required_dimensions
from dls.registry import metric
from dls.statistics.multiplicity import holm
from dls.tolerance import REFUTED, Agreement, Mode, Numbers, agree, readings, tolerance_class
from dls_probes.plan import Plan, Planned, planned
from dls_probes.regenerate import describe_platform, regenerate
from dls_probes.transformers_model import ModelSpec, tokenizer_sha256, weights_sha256


@dataclass(frozen=True)
class Reproduction:
    """A re-run under way: the statement's case, the models, the mode, and the seed of fresh items."""

    case: Case
    models: Mapping[Arm, ModelSpec]
    seed: int | None = None

    @property
    def mode(self) -> Mode:
        """Whether the statement's own items were asked, or fresh ones."""
        return "same_items" if self.seed is None else "fresh_items"


@dataclass
class Compared:
    """One claim beside the re-run: its verdict may still turn when all p-values are known."""

    claim: Claim
    verdict: Verdict
    reason: str
    again: Measured | None = None
    outcome: str | None = None
    p: float | None = None
    adjusted_p: float | None = None
    smallest_forgery: float | None = None
    agreements: list[Agreement] = field(default_factory=list)


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


def as_asked(case: Case, arm: Arm, spec: ModelSpec) -> ModelSpec:
    """Return the spec with what decides how a prompt reads, as the statement's own evidence has it."""
    for bundle in case.bundles:
        asked = bundle.manifest.settings.get(arm) if bundle.manifest else None
        if isinstance(asked, dict):
            pinned = {name: asked[name] for name in ("prompt_format", "fold_system") if name in asked}
            return replace(spec, **pinned)
    return spec


def reproduce(
    run: Reproduction, out: Path, *, workers: int = 0, resume: bool = False
) -> tuple[list[Compared], list[Path]]:
    """Ask the models again and compare every claim; return the comparisons and the manifests of the re-run.

    Raises:
        DlsError: a model cannot be loaded, or the profile cannot be had.
    """
    if problems := other_models(run.case, run.models):
        return [Compared(claim, Verdict.REFUTED, sentence(problems, "")) for claim in run.case.statement.claims], []
    profile = run.case.profile
    if profile is None:
        raise DlsError(f"{run.case.document.path}: {run.case.profile_problem}; without the profile nothing can be run")
    plan = _plan(run, profile)
    manifests = regenerate(plan, run.models, out, workers=workers, resume=resume) if plan.probes else []
    again = {path.parent.name: _read(path) for path in manifests}
    compared = [_compare(run, profile, i, claim, again) for i, claim in enumerate(run.case.statement.claims)]
    _conclude(run.case, compared)
    return compared, manifests


def _plan(run: Reproduction, profile: Profile) -> Plan:
    chosen: dict[str, Planned] = {}
    digest = weights_sha256(run.models["student"].folder)
    for claim in run.case.statement.claims:
        if claim.probe is None or claim.items is None or claim.probe.id in chosen or _unknown(claim) is not None:
            continue
        seed = claim.items.seed if run.seed is None else run.seed
        if seed is not None:
            chosen[claim.probe.id] = planned(probe(claim.probe.id), profile, digest, claim.items.n, seed)
    return Plan(profile, tuple(chosen.values()))


def _unknown(claim: Claim) -> str | None:
    """Return why a claim's probe cannot be run; None where it can."""
    if claim.probe is None:
        return "the claim names no probe, so there is nothing to run"
    try:
        probe(claim.probe.id, claim.probe.version)
    except DlsError as error:
        return str(error)
    return None


def _read(path: Path) -> Evidence:
    return read_evidence(msgspec.json.decode(path.read_bytes(), type=Manifest), path.parent)


def _compare(run: Reproduction, profile: Profile, index: int, claim: Claim, again: Mapping[str, Evidence]) -> Compared:
    evidence = again.get(claim.probe.id) if claim.probe else None
    if evidence is None or claim.probe != evidence.manifest.probe:
        return Compared(
            claim, Verdict.NOT_VERIFIABLE, _unknown(claim) or "its items have no seed, so they cannot be made again"
        )
    if claim.comparator != "teacher":
        reason = f"this release runs the teacher and the student, not the {claim.comparator}"
        return Compared(claim, Verdict.NOT_VERIFIABLE, reason)
    if run.mode == "same_items" and (problem := _other_items(claim, evidence)) is not None:
        return problem
    found = next((measured for measured in evidence.manifest.metrics if measured.metric == claim.metric), None)
    if found is None:
        return Compared(claim, Verdict.REFUTED, f"probe {evidence.probe.name} does not measure {claim.metric}")
    again_claimed = _claimed_again(claim, found, profile, evidence)
    if run.mode == "same_items" and _same_records(run.case, claim, evidence):
        return _compare_exactly(run.case, index, claim, found, again_claimed)
    return _compare_within_tolerance(run, index, claim, found, again_claimed)


def _other_items(claim: Claim, evidence: Evidence) -> Compared | None:
    """Return the verdict on a claim whose items are not those that were asked; None where they are."""
    said, drawn = claim.items, evidence.manifest.items
    if said is None or (said.seed, said.n) != (drawn.seed, drawn.n):
        reason = f"the claim is about other items than the claims of {evidence.probe.name} before it, which were run"
        return Compared(claim, Verdict.NOT_VERIFIABLE, reason)
    if said.sha256 is not None and said.sha256 != drawn.sha256:
        reason = f"seed {said.seed} makes items with digest {drawn.sha256}, the claim says {said.sha256}"
        return Compared(claim, Verdict.REFUTED, reason)
    return None


def _claimed_again(claim: Claim, found: Measured, profile: Profile, evidence: Evidence) -> Claim:
    """Return the claim that the second run's numbers make, under the seed rules of the claim itself."""
    manifest = evidence.manifest
    if claim.items is not None:
        drawn = msgspec.structs.replace(manifest.items, seed=claim.items.seed)
        manifest = msgspec.structs.replace(manifest, items=drawn)
    return claim_of(manifest, found, profile, "again")


def _same_records(case: Case, claim: Claim, evidence: Evidence) -> bool:
    """Tell whether the statement's evidence names the very records that the second run wrote."""
    again = {entry.arm: entry.sha256 for entry in evidence.manifest.records}
    bundles = list(case.claim_bundles(claim))
    return any({e.arm: e.sha256 for e in b.manifest.records} == again for b in bundles if b.manifest)


def _compare_exactly(case: Case, index: int, claim: Claim, found: Measured, again: Claim) -> Compared:
    problems = [*differences(case.document, f"/claims/{index}", claim, found), *other_outcomes(claim, again)]
    verdict = Verdict.REFUTED if problems else Verdict.CONFIRMED
    reason = sentence(problems, "the second run wrote the same records, byte for byte")
    forgery = 2 * precision.slack(case.document, f"/claims/{index}/student/value")
    return Compared(claim, verdict, reason, found, again.outcome, smallest_forgery=forgery)


def _compare_within_tolerance(run: Reproduction, index: int, claim: Claim, found: Measured, again: Claim) -> Compared:
    entry = metric(claim.metric)
    agreements = []
    for part, reading in readings(claim).items():
        other = getattr(found, part)
        if other is None:
            return Compared(claim, Verdict.REFUTED, f"{part} is claimed, and not measured again", found, again.outcome)
        rounding = 2 * precision.slack(run.case.document, f"/claims/{index}/{part}/value")
        agreements.append(agree(entry, Numbers(part, reading, other, rounding, found.near_ties or 0), run.mode))
    off = [one for one in agreements if not one.within]
    verdict = Verdict.CONFIRMED
    if off:
        verdict = Verdict.BORDERLINE if all(one.p is not None for one in off) else Verdict.REFUTED
    p = min((one.p for one in agreements if one.p is not None), default=None)
    problems = [
        f"{one.part} differs by {one.difference:.4g}, and {one.allowed:.4g} is what an honest run may differ by"
        for one in off
    ]
    if verdict is Verdict.CONFIRMED and (turned := list(other_outcomes(claim, again))):
        verdict = Verdict.BORDERLINE
        problems += turned
    reason = sentence(problems, f"within the tolerance of its class, {tolerance_class(entry, run.mode)}")
    forgery = max((one.allowed for one in agreements), default=None)
    return Compared(claim, verdict, reason, found, again.outcome, p, None, forgery, agreements)


def _conclude(case: Case, compared: Sequence[Compared]) -> None:
    """Adjust the p-values by Holm, those of required primary claims apart, and refute what stays below the level."""
    required = [one for one in compared if one.p is not None and is_required(case, one.claim)]
    rest = [one for one in compared if one.p is not None and not is_required(case, one.claim)]
    for family in (required, rest):
        for one, adjusted in zip(family, holm([one.p for one in family if one.p is not None]), strict=True):
            one.adjusted_p = adjusted
            if adjusted < REFUTED:
                one.verdict = Verdict.REFUTED


def is_required(case: Case, claim: Claim) -> bool:
    """Tell whether a claim carries a target of a required dimension."""
    return bool(claim.targets) and claim.dimension in required_dimensions(case)


def judged(case: Case, compared: Sequence[Compared]) -> list[Judged]:
    """Return the comparisons as verdicts to print."""
    return [
        Judged(
            one.claim.id,
            one.verdict,
            numbers(one.claim) | {"outcome": one.claim.outcome},
            (numbers(one.again) | {"outcome": one.outcome}) if one.again else {},
            one.reason,
            is_required(case, one.claim),
        )
        for one in compared
    ]


def report(
    run: Reproduction, compared: Sequence[Compared], manifests: Sequence[Path], beside: Path, by: Mapping[str, str]
) -> dict[str, Any]:
    """Return the reproduction report as JSON values; evidence paths are relative to its folder."""
    counts = Counter(one.verdict for one in compared)
    seen = [
        one.smallest_forgery
        for one in compared
        if one.smallest_forgery is not None and is_required(run.case, one.claim)
    ]
    statement = run.case.statement
    return {
        "dls_reproduction": "1.0",
        "statement": {"id": statement.id, "revision": statement.revision, "core_sha256": run.case.core_sha256},
        "by": dict(by),
        "performed_on": datetime.now(UTC).date().isoformat(),
        "platform": describe_platform(),
        **{arm: _digests(spec) for arm, spec in run.models.items()},
        "mode": run.mode,
        **({"seed": run.seed} if run.seed is not None else {}),
        "claims": [_claim(one, run.mode) for one in compared],
        "evidence": [{"path": path.relative_to(beside).as_posix(), "sha256": file_sha256(path)} for path in manifests],
        "summary": {
            **{verdict.value: counts[verdict] for verdict in Verdict},
            **({"smallest_forgery_seen": max(seen)} if seen else {}),
        },
    }


def _digests(spec: ModelSpec) -> dict[str, str]:
    return {"weights_sha256": weights_sha256(spec.folder), "tokenizer_sha256": tokenizer_sha256(spec.folder)}


def _claim(one: Compared, mode: Mode) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": one.claim.id,
        "verdict": one.verdict.value,
        "claimed": _values(one.claim, one.claim.outcome),
    }
    if one.again is not None:
        told["reproduced"] = _values(one.again, one.outcome)
    told["reason"] = one.reason
    if one.p is not None:
        told |= {"p": one.p, "adjusted_p": one.adjusted_p}
    return told | {"tolerance_class": tolerance_class(metric(one.claim.metric), mode)}


def _values(entry: Claim | Measured, outcome: str | None) -> dict[str, Any]:
    parts = {part: getattr(entry, part) for part in ("teacher", "student", "pair", "loss")}
    values: dict[str, Any] = {part: reading.value for part, reading in parts.items() if reading is not None}
    return values | ({"outcome": outcome} if outcome in set(Outcome) else {})
