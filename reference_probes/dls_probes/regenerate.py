"""Regenerate evidence: ask each model the planned probes, measure, and write the manifests."""

import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import msgspec

from dls.errors import DlsError
from dls.evidence import MANIFEST, items_of, parse_records, replace_file, write_manifest, write_records
from dls.model.evidence import AskedModel, DrawnItems, Manifest, PinnedProfile, RecordFile
from dls.model.statement import Arm
from dls.model.statement import Probe as ProbeName
from dls.probe import items_sha256
from dls.probes.phrasings import phrasings_sha256
from dls.profile import Profile
from dls_probes.across import ACROSS, Conversation, exchange
from dls_probes.classifier_pair import refuse_other_labels
from dls_probes.frames import examples
from dls_probes.ledger import Ledger
from dls_probes.pair_model import open_pair
from dls_probes.plan import Plan, Planned
from dls_probes.probes import EXAMINATIONS, EXCHANGES, PAIR_EXAMINATIONS
from dls_probes.progress import Bar
from dls_probes.requests import Examine
from dls_probes.run import OpenModel, ProbeRun, Result, examine_model, open_model
from dls_probes.thinking import failed_checks
from dls_probes.together import PAIR, answered, asked_alike, can_be_asked_together, guarded
from dls_probes.transformers_model import ModelSpec, weights_sha256

SCRATCH = ".unfinished"
_VERSIONED = ("distillation-loss-statement", "torch", "transformers", "tokenizers", "safetensors", "numpy", "scipy")


@dataclass
class Answers:
    """What one model answered to one planned probe, and how."""

    file: RecordFile
    records: Sequence[Any]
    asked: AskedModel
    result: Result
    seconds: float = field(default=0.0)

    @property
    def failed(self) -> frozenset[str]:
        """Return the ids of the items that ended in an error."""
        return frozenset(str(record["id"]) for record in self.result.records if "error" in record)


def regenerate(
    plan: Plan, models: Mapping[Arm, ModelSpec], out: Path, *, workers: int = 0, resume: bool = False
) -> list[Path]:
    """Ask every model every planned probe and write the evidence; return the manifests' paths.

    Each model is loaded once, and both together once more where a probe asks for divergences and their tokenizers are the
    same; where these differ, each is asked about the other's texts instead. Finished packs are kept in a scratch folder until all manifests are written, so that a
    run that was stopped goes on with `resume` and ends with the same bytes.

    Raises:
        DlsError: a model or the output folder cannot be used, or too many items failed.
    """
    refuse_other_labels(plan, models)
    models = asked_alike(models)
    pending = [
        planned for planned in plan.probes if not _is_finished(planned, plan.profile, models, out, resume=resume)
    ]
    started = time.time()
    answers: dict[str, dict[str, Answers]] = {planned.probe.id: {} for planned in pending}
    for arm, spec in models.items() if pending else ():
        with open_model(spec, workers=workers) as model:
            for planned in pending:
                answers[planned.probe.id][arm] = _ask(planned, arm, model, out, {}, resume=resume)
    together = [planned for planned in pending if planned.probe.pair is not None]
    if together and can_be_asked_together(models):
        with open_pair(models["teacher"], models["student"], workers=workers) as both:
            for planned in together:
                alone = answers[planned.probe.id]
                alone[PAIR] = _ask(planned, PAIR, both, out, alone, resume=resume)
    elif {"teacher", "student"} <= set(models):
        _ask_across([planned for planned in pending if planned.probe.across], answers, models, out, workers)
    for planned in pending:
        _tell(out / planned.probe.id, answers[planned.probe.id], models, workers, started)
        _conclude(planned, plan.profile, answers[planned.probe.id], out)
    _remove_scratch(plan, out)
    return [out / planned.probe.id / MANIFEST for planned in plan.probes]


def _is_finished(
    planned: Planned, profile: Profile, models: Mapping[Arm, ModelSpec], out: Path, *, resume: bool
) -> bool:
    """Tell whether the folder holds this very evidence already.

    Raises:
        DlsError: it holds finished evidence, and this is no resumed run or the evidence is about something else.
    """
    path = out / planned.probe.id / MANIFEST
    if not path.exists():
        return False
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise DlsError(f"{path} is no manifest ({error}); delete {path.parent} to measure again") from error
    asked = {arm: weights_sha256(spec.folder) for arm, spec in models.items()}
    same = (
        (found.probe.id, found.probe.version) == (planned.probe.id, planned.probe.version)
        and (found.items.seed, found.items.n) == (planned.seed, planned.n)
        and found.items.phrasings_sha256 == phrasings_sha256(planned.phrasings)
        and found.items.file == planned.file
        and found.profile.sha256 == profile.sha256
        and {arm: model.weights_sha256 for arm, model in found.arms.items()} == asked
        and all(_settled(found, arm, spec) for arm, spec in models.items())
    )
    if resume and same:
        return True
    why = (
        "is finished; add --resume to keep it and do the rest"
        if same
        else "is evidence about other models, items or settings, or for another profile"
    )
    raise DlsError(f"{path} {why}; choose another folder, or delete {path.parent} to measure again")


def _settled(found: Manifest, arm: Arm, spec: ModelSpec) -> bool:
    asked = found.settings.get(arm, {})
    same = all(asked.get(name) == value for name, value in spec.settings().items())
    return same and asked.get("frame", "none") == spec.frame


def _ask(
    planned: Planned, arm: str, model: OpenModel, out: Path, alone: Mapping[str, Answers], *, resume: bool
) -> Answers:
    folder = out / planned.probe.id
    folder.mkdir(parents=True, exist_ok=True)
    items = items_of(planned.probe, planned.seed, planned.n, planned.phrasings)
    shown = examples(planned.probe.id) if model.spec.frame == "few_shot" else ()
    run = replace(_run(planned, items, alone), examples=shown)
    started = time.monotonic()
    with (
        _ledger(out, planned.probe.id, arm, resume=resume) as ledger,
        Bar(f"{arm} · {planned.probe.id}", len(items)) as bar,
    ):
        result = examine_model(run, model, ledger, progress=bar)
    asked = AskedModel(weights_sha256=model.weights_sha256, tokenizer_sha256=model.tokenizer_sha256)
    return _written(planned, arm, folder, asked, result, started)


def _written(planned: Planned, arm: str, folder: Path, asked: AskedModel, result: Result, started: float) -> Answers:
    """Write an arm's records and read them again as every reader will."""
    items = items_of(planned.probe, planned.seed, planned.n, planned.phrasings)
    file = write_records(folder, arm, result.records)
    path = folder / file.path
    records = parse_records(path.read_bytes().splitlines(), planned.probe, items, str(path), arm)
    return Answers(file, records, asked, result, time.monotonic() - started)


def _ask_across(
    probes: Sequence[Planned],
    answers: Mapping[str, dict[str, Answers]],
    models: Mapping[Arm, ModelSpec],
    out: Path,
    workers: int,
) -> None:
    """Ask each model about the other's texts, and add what they say to the answers."""
    started = time.monotonic()
    spoken = [_conversation(planned, answers[planned.probe.id], out) for planned in probes]
    if spoken:
        exchange(spoken, models, workers)
    for planned, one in zip(probes, spoken, strict=True):
        folder = out / planned.probe.id
        answers[planned.probe.id][ACROSS] = _written(planned, ACROSS, folder, AskedModel(), one.result(), started)


def _conversation(planned: Planned, alone: Mapping[str, Answers], out: Path) -> Conversation:
    name, version_ = planned.probe.id, planned.probe.version
    items = items_of(planned.probe, planned.seed, planned.n, planned.phrasings)
    records = {arm: one.records for arm, one in alone.items()}
    failed = frozenset[str]().union(*(one.failed for one in alone.values()))

    def ask(model: OpenModel, arm: Arm, examine: Examine, asked: Sequence[Any]) -> Result:
        shown = examples(name) if model.spec.frame == "few_shot" else ()
        run = ProbeRun(name, version_, examine, asked, planned.seed, shown)
        # what the model said alone stands in its ledger, so that no text is generated twice
        with (
            _ledger(out, name, arm, resume=True) as ledger,
            Bar(f"{arm} · {name} · {ACROSS}", len(asked)) as bar,
        ):
            return examine_model(run, model, ledger, progress=bar)

    return Conversation(EXCHANGES[name], answered(items, records, failed), ask)


def _run(planned: Planned, items: Sequence[Any], alone: Mapping[str, Answers]) -> ProbeRun:
    """Return what one model is asked or, where each model has answered alone, what both are asked together."""
    name, version_ = planned.probe.id, planned.probe.version
    if not alone:
        return ProbeRun(name, version_, EXAMINATIONS[name], items, planned.seed)
    records = {arm: one.records for arm, one in alone.items()}
    failed = frozenset[str]().union(*(one.failed for one in alone.values()))
    examine = guarded(PAIR_EXAMINATIONS[name])
    return ProbeRun(name, version_, examine, answered(items, records, failed), planned.seed)


@contextmanager
def _ledger(out: Path, probe: str, arm: str, *, resume: bool) -> Iterator[Ledger]:
    with Ledger(out / SCRATCH / f"{probe}.{arm}.ledger", resume=resume) as ledger:
        yield ledger


def _conclude(planned: Planned, profile: Profile, answers: Mapping[str, Answers], out: Path) -> None:
    from dls.measurement import checks, measure

    items = items_of(planned.probe, planned.seed, planned.n, planned.phrasings)
    records = {arm: answer.records for arm, answer in answers.items()}
    settings = {arm: {**answer.result.settings, "tree": answer.result.tree} for arm, answer in answers.items()}
    manifest = Manifest(
        dls_evidence="1.0",
        probe=ProbeName(id=planned.probe.id, version=planned.probe.version),
        profile=PinnedProfile(id=profile.id, version=profile.version, sha256=profile.sha256),
        items=DrawnItems(
            n=planned.n,
            seed=planned.seed,
            seed_reason=planned.seed_reason,
            phrasings_sha256=phrasings_sha256(planned.phrasings),
            file=planned.file,
            sha256=items_sha256(items),
        ),
        arms={cast("Arm", arm): answer.asked for arm, answer in answers.items() if arm not in {PAIR, ACROSS}},
        settings=settings,
        records=tuple(answer.file for answer in answers.values()),
        errors=_errors(answers),
        checks=(*checks(planned.probe, items, records), *failed_checks(settings)),
        metrics=measure(planned.probe, items, records, profile.targets),
    )
    write_manifest(out / planned.probe.id, manifest)


def _errors(answers: Mapping[str, Answers]) -> dict[Arm, int]:
    """Count the items that ended in an error for each model; one that failed for both together alone is the student's."""
    alone = {cast("Arm", arm): answer.failed for arm, answer in answers.items() if arm not in {PAIR, ACROSS}}
    for both in answers.keys() & {PAIR, ACROSS}:
        alone["student"] |= answers[both].failed - alone["teacher"]
    return {arm: len(failed) for arm, failed in alone.items()}


def _tell(
    folder: Path, answers: Mapping[str, Answers], models: Mapping[Arm, ModelSpec], workers: int, started: float
) -> None:
    """Write what is not determined: when, where, with what, how fast."""
    told = {
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "platform": describe_platform(),
        "workers": workers,
        "arms": {
            arm: {
                **_where(arm, models),
                "seconds": round(answer.seconds, 2),
                "tokens": answer.result.tokens,
                "layouts": answer.result.layouts,
                "events": answer.result.events,
                "notes": answer.result.notes,
            }
            for arm, answer in answers.items()
        },
    }
    replace_file(folder / "run.json", msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n")


def _where(arm: str, models: Mapping[Arm, ModelSpec]) -> dict[str, str]:
    specs = list(models.values()) if arm in {PAIR, ACROSS} else [models[cast("Arm", arm)]]
    return {"folder": "+".join(str(spec.folder) for spec in specs), "device": specs[0].device}


def describe_platform() -> dict[str, str]:
    """Return the machine and the versions that a reader needs to understand a difference."""
    versions = {name: version(name) for name in _VERSIONED}
    return {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine(), **versions}


def _remove_scratch(plan: Plan, out: Path) -> None:
    """Remove this plan's ledgers, and the folder where no other run has its own in it."""
    for planned in plan.probes:
        for path in (out / SCRATCH).glob(f"{planned.probe.id}.*.ledger"):
            path.unlink()
    with suppress(OSError):
        (out / SCRATCH).rmdir()
