"""Regenerate evidence: ask each model the planned probes, measure, and write the manifests."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls.evidence.records import MANIFEST
from dls.measuring.measure import ACROSS
from dls.model import Arm, ModelDigests
from dls.standard.numbers import ARMS
from dls_probes.engine.ledger import Ledger
from dls_probes.few_shot.examples import examples
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.probes import CROSS_SCORINGS, ELICITATIONS, PAIR_ELICITATIONS
from dls_probes.requests import Elicit
from dls_probes.runs.arm_answers import Answers, written
from dls_probes.runs.classifier_pair import refuse_other_labels
from dls_probes.runs.cross_scoring import Conversation, exchange
from dls_probes.runs.joint_pass import PAIR, answered, asked_alike, can_be_asked_together, guarded
from dls_probes.runs.manifest_writer import write_measurement
from dls_probes.runs.open_models import OpenModel, open_model, open_pair
from dls_probes.runs.plan import Plan, PlannedProbe
from dls_probes.runs.progress import Bar
from dls_probes.runs.resumable import is_finished
from dls_probes.runs.run import ProbeRun, Result, elicit_model
from dls_probes.runs.run_file import tell

SCRATCH = ".unfinished"


class ProbeFailed(DlsError):  # noqa: N818  it is named by what it says
    """A model cannot be asked one of the probes; carries that probe's id."""

    def __init__(self, why: str, probe: str) -> None:
        super().__init__(why)
        self.probe = probe


def regenerate_evidence(
    plan: Plan, models: Mapping[Arm, ModelSpec], out: Path, *, workers: int = 0, resume: bool = False
) -> list[Path]:
    """Ask every model every planned probe and write the evidence; return the manifests' paths.

    Each model is loaded once, and both together once more where a probe asks for divergences and their tokenizers are the
    same; where these differ, each is asked about the other's texts instead. Finished packs are kept in a scratch folder
    until all manifests are written, so that a run that was stopped goes on with `resume` and ends with the same bytes.

    Raises:
        DlsError: a model or the output folder cannot be used.
        ProbeFailed: too many items of a probe failed, or one does not fit the memory.
    """
    refuse_other_labels(plan, models)
    models = asked_alike(models)
    pending = [planned for planned in plan.probes if not is_finished(planned, plan.profile, models, out, resume=resume)]
    started = time.time()
    answers = _asked(pending, models, out, workers=workers, resume=resume) if pending else {}
    for planned in pending:
        tell(out / planned.probe.id, answers[planned.probe.id], models, workers, started)
        write_measurement(planned, plan.profile, answers[planned.probe.id], out)
    _remove_scratch(plan, out)
    return [out / planned.probe.id / MANIFEST for planned in plan.probes]


def _asked(
    pending: Sequence[PlannedProbe], models: Mapping[Arm, ModelSpec], out: Path, *, workers: int, resume: bool
) -> dict[str, dict[str, Answers]]:
    """Return what each model answered alone, and both together, by probe and arm."""
    answers: dict[str, dict[str, Answers]] = {planned.probe.id: {} for planned in pending}
    for arm, spec in models.items():
        with open_model(spec, workers=workers) as model:
            for planned in pending:
                answers[planned.probe.id][arm] = _ask(planned, arm, model, out, {}, resume=resume)
    together = [planned for planned in pending if planned.probe.pair is not None]
    if together and can_be_asked_together(models):
        with open_pair(models["teacher"], models["student"], workers=workers) as both:
            for planned in together:
                alone = answers[planned.probe.id]
                alone[PAIR] = _ask(planned, PAIR, both, out, alone, resume=resume)
    elif set(ARMS) <= set(models):
        _ask_across([planned for planned in pending if planned.probe.across], answers, models, out, workers)
    return answers


def _ask(
    planned: PlannedProbe, arm: str, model: OpenModel, out: Path, alone: Mapping[str, Answers], *, resume: bool
) -> Answers:
    folder = out / planned.probe.id
    folder.mkdir(parents=True, exist_ok=True)
    shown = examples(planned.probe.id) if model.spec.frame == "few_shot" else ()
    run = replace(_run(planned, alone), examples=shown)
    started = time.monotonic()
    with (
        _ledger(out, planned.probe.id, arm, resume=resume) as ledger,
        Bar(f"{arm} · {planned.probe.id}", len(planned.items)) as bar,
        _named(planned.probe.id),
    ):
        result = elicit_model(run, model, ledger, progress=bar)
    asked = ModelDigests(weights_sha256=model.weights_sha256, tokenizer_sha256=model.tokenizer_sha256)
    return written(planned, arm, folder, asked, result, started)


def _ask_across(
    probes: Sequence[PlannedProbe],
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
        answers[planned.probe.id][ACROSS] = written(planned, ACROSS, folder, ModelDigests(), one.result(), started)


def _conversation(planned: PlannedProbe, alone: Mapping[str, Answers], out: Path) -> Conversation:
    name, version_ = planned.probe.id, planned.probe.version

    def ask(model: OpenModel, arm: Arm, elicit: Elicit, asked: Sequence[Any]) -> Result:
        shown = examples(name) if model.spec.frame == "few_shot" else ()
        run = ProbeRun(name, version_, elicit, asked, planned.seed, shown)
        # what the model said alone stands in its ledger, so that no text is generated twice
        with (
            _ledger(out, name, arm, resume=True) as ledger,
            Bar(f"{arm} · {name} · {ACROSS}", len(asked)) as bar,
            _named(name),
        ):
            return elicit_model(run, model, ledger, progress=bar)

    return Conversation(CROSS_SCORINGS[name], _alone(planned.items, alone), ask)


def _run(planned: PlannedProbe, alone: Mapping[str, Answers]) -> ProbeRun:
    """Return what one model is asked or, where each model has answered alone, what both are asked together."""
    name, version_ = planned.probe.id, planned.probe.version
    if not alone:
        return ProbeRun(name, version_, ELICITATIONS[name], planned.items, planned.seed)
    elicit = guarded(PAIR_ELICITATIONS[name])
    return ProbeRun(name, version_, elicit, _alone(planned.items, alone), planned.seed)


def _alone(items: Sequence[Any], alone: Mapping[str, Answers]) -> Sequence[Any]:
    """Join the items with what each model answered alone."""
    records = {arm: one.records for arm, one in alone.items()}
    return answered(items, records, frozenset[str]().union(*(one.failed for one in alone.values())))


@contextmanager
def _named(probe: str) -> Iterator[None]:
    """Let an error say which probe it is about."""
    try:
        yield
    except DlsError as error:
        raise ProbeFailed(str(error), probe) from error


@contextmanager
def _ledger(out: Path, probe: str, arm: str, *, resume: bool) -> Iterator[Ledger]:
    with Ledger(out / SCRATCH / f"{probe}.{arm}.ledger", resume=resume) as ledger:
        yield ledger


def _remove_scratch(plan: Plan, out: Path) -> None:
    """Remove this plan's ledgers, and the folder where no other run has its own in it."""
    for planned in plan.probes:
        for path in (out / SCRATCH).glob(f"{planned.probe.id}.*.ledger"):
            path.unlink()
    with suppress(OSError):
        (out / SCRATCH).rmdir()
