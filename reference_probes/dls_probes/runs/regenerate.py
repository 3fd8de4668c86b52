"""Regenerate evidence: ask each model the planned probes, measure, and write the manifests."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from dls.errors import DlsError
from dls.evidence.files import replace_file
from dls.evidence.records import MANIFEST
from dls.evidence.tensor_files import tensor_file
from dls.model import Arm
from dls_probes.engine.ledger_lines import expect_no_writer
from dls_probes.engine.run_lock import exclusive_probes
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.arm_answers import ArmAnswers
from dls_probes.runs.asked_alike import refuse_unlike_arms
from dls_probes.runs.classifier_pair import refuse_other_labels
from dls_probes.runs.course import cheapest_first, course_of
from dls_probes.runs.joint_pass import (
    align_system_turns,
    unmeasured_metrics,
)
from dls_probes.runs.manifest_writer import write_measurement
from dls_probes.runs.plan import Plan
from dls_probes.runs.resumable import finished_evidence, make_room
from dls_probes.runs.run_file import write_run_file
from dls_probes.runs.run_options import RunOptions
from dls_probes.runs.session import SCRATCH, Session


def regenerate_evidence(
    plan: Plan, models: Mapping[Arm, ModelSpec], out: Path, **options: Unpack[RunOptions]
) -> list[Path]:
    """Ask every model every planned probe and write the evidence; return the manifests' paths.

    The run loads each model once. Where a probe asks for divergences and the models share their tokens, it loads
    both together once more. Where they do not, it asks each model about the other's texts, and says why. Finished packs
    stay in a scratch folder until all manifests are written. An interrupted run therefore continues with `resume` and
    ends with the same bytes. Where a model changed since, its probes are measured anew, and their notes say so.

    The cheapest probe comes first.

    A shard runs its share of the packs and leaves them in the scratch folder: no manifest, and no path. A later run
    reads the packs of all shards from their folders, the `ledgers`, and asks the rest.

    Raises:
        DlsError: a model or the output folder cannot be used.
        ProbeFailed: too many items of a probe failed, or one does not fit the memory.
    """
    _expect_ledgers(options.get("ledgers", ()))
    refuse_other_labels(plan, models)
    models = align_system_turns(models)
    refuse_unlike_arms(plan.profile, models)
    states = {
        entry.probe.id: finished_evidence(entry, plan.profile, models, out, resume=options.get("resume", False))
        for entry in plan.probes
    }
    finished = [state for state in states.values() if state]
    pending = [entry for entry in plan.probes if (state := states[entry.probe.id]) is None or state.changes]
    start = time.time()
    with exclusive_probes(out / SCRATCH, [entry.probe.id for entry in plan.probes] if pending else []):
        notes = make_room(finished, models, out) if pending else {}
        probes = cheapest_first(pending)
        session = Session(probes, models, out, course_of(probes, models), **options)
        answers, obstacle = session.answers() if pending else ({}, None)
        if session.shard is not None:
            return []
        for entry in pending:
            arms = _with_notes(answers[entry.probe.id], notes.get(entry.probe.id, {}))
            unmeasured = unmeasured_metrics(entry.probe, obstacle)
            if unmeasured and obstacle:
                arms = _with_notes(arms, {[*models][-1]: obstacle})
            write_run_file(out / entry.probe.id, arms, models, session.workers, start)
            write_measurement(entry, plan.profile, arms, unmeasured, out)
        _write_tensor_lists(models if pending else {}, out)
    _remove_scratch(plan, out)
    return [out / entry.probe.id / MANIFEST for entry in plan.probes]


def _write_tensor_lists(models: Mapping[Arm, ModelSpec], out: Path) -> None:
    for arm, spec in models.items():
        if lines := spec.files.identification.lines:  # none where a server alone has the weights
            replace_file(out / tensor_file(arm), lines)


def _with_notes(answers: Mapping[str, ArmAnswers], notes: Mapping[Arm, str]) -> dict[str, ArmAnswers]:
    """Return the answers by arm, with a further note on some of the models."""
    further = {arm: (note, *answers[arm].result.notes) for arm, note in notes.items()}
    return {
        arm: replace(entry, result=replace(entry.result, notes=further.get(arm, entry.result.notes)))  # type: ignore[call-overload]
        for arm, entry in answers.items()
    }


def _expect_ledgers(folders: Sequence[Path]) -> None:
    for folder in folders:
        if not (folder / SCRATCH).is_dir():
            raise DlsError(f"{folder} holds no packs of a shard; name the folders that --out had in the runs --shard")
        for path in sorted((folder / SCRATCH).glob("*.ledger")):
            expect_no_writer(path)


def _remove_scratch(plan: Plan, out: Path) -> None:
    """Remove this plan's ledgers and locks, and the scratch folder where no other run has a ledger in it."""
    for entry in plan.probes:
        for path in (out / SCRATCH).glob(f"{entry.probe.id}.*"):
            path.unlink()
    with suppress(OSError):
        (out / SCRATCH).rmdir()
