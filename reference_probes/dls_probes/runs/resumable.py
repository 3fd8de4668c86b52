"""Finished evidence in the folder of a planned probe: a resumed run keeps it, or sets it aside where the model changed.

Evidence that was set aside lies in `.replaced/1` below the run's folder, which is laid out like a run's folder.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.errors import DlsError
from dls.evidence.records import MANIFEST, write_manifest
from dls.evidence.tensor_files import tensor_file
from dls.identity.difference import compare_identities
from dls.model import Arm, Circumstances, Manifest
from dls.probes.shared.phrasings import phrasings_sha256
from dls.scenarios.profile import Profile
from dls.standard.numbers import ANSWER_LIMIT, THOUGHTS
from dls_probes.models.device import expect_device
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.circumstances import software
from dls_probes.runs.plan import PlannedProbe
from dls_probes.runs.prompt_behaviour import behaviour_differences

REPLACED = ".replaced"


class FinishedEvidence(NamedTuple):
    """Finished evidence of a planned probe.

    Attributes:
        folder: that it lies in.
        manifest: its facts.
        changes: by arm, a clause for each thing about the model or its circumstances that changed since. Empty where
            the evidence can be kept.

    """

    folder: Path
    manifest: Manifest
    changes: Mapping[Arm, tuple[str, ...]]


def finished_evidence(
    planned_probe: PlannedProbe, profile: Profile, models: Mapping[Arm, ModelSpec], out: Path, *, resume: bool
) -> FinishedEvidence | None:
    """Return the evidence of a planned probe that an earlier run finished in this folder; None where there is none.

    Raises:
        DlsError: there is evidence, and the run is not a resumed one; or the evidence is about other items or settings,
            or for another profile.
    """
    path = out / planned_probe.probe.id / MANIFEST
    if not path.exists():
        return None
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise DlsError(f"{path} is no manifest ({error}); delete {path.parent} to measure again") from error
    if _is_planned(manifest, planned_probe, profile, models):
        evidence = FinishedEvidence(path.parent, manifest, dict(_changes(manifest, planned_probe, models)))
        if resume and _has_seed(evidence, planned_probe):
            return evidence
        if not evidence.changes and _has_seed(evidence, planned_probe):
            raise DlsError(
                f"{path} is finished; add --resume to keep it and do the rest, choose another folder, or delete "
                f"{path.parent} to measure again"
            )
    raise DlsError(
        f"{path} is evidence about other models, items or settings, or for another profile; choose another folder, or "
        f"delete {path.parent} to measure again"
    )


def make_room(
    finished: Sequence[FinishedEvidence], models: Mapping[Arm, ModelSpec], out: Path
) -> dict[str, dict[Arm, str]]:
    """Set evidence aside where a model changed, and let the rest fit to that of the pending probes.

    Evidence that is kept gets the identities of the models as they are now: saved again, they list other files.

    Returns:
        The note on each model that changed, by probe and arm.
    """
    for entry in finished:
        if not entry.changes:
            _renew_identities(entry, models)
    obsolete = [entry for entry in finished if entry.changes]
    if not obsolete:
        return {}
    place = _set_aside(obsolete, out)
    end = f"every item is asked anew, and the earlier evidence is in {place}"
    return {
        entry.manifest.probe.id: {arm: f"{'; '.join(clauses)}: {end}" for arm, clauses in entry.changes.items()}
        for entry in obsolete
    }


def _set_aside(evidence: Sequence[FinishedEvidence], out: Path) -> Path:
    """Move evidence out of the way of a new measurement, with copies of the lists of tensors; return its new place."""
    place = next(place for number in count(1) if not (place := out / REPLACED / str(number)).exists())
    place.mkdir(parents=True)
    for entry in evidence:
        entry.folder.rename(place / entry.folder.name)
    for name in {tensor_file(arm) for entry in evidence for arm in entry.manifest.arms}:
        if (out / name).is_file():
            shutil.copyfile(out / name, place / name)
    return place


def _renew_identities(evidence: FinishedEvidence, models: Mapping[Arm, ModelSpec]) -> None:
    arms = {
        arm: msgspec.structs.replace(models[arm].files.identity, unused=identity.unused)
        for arm, identity in evidence.manifest.arms.items()
    }
    if arms != evidence.manifest.arms:
        write_manifest(evidence.folder, msgspec.structs.replace(evidence.manifest, arms=arms))


def _is_planned(
    manifest: Manifest, planned_probe: PlannedProbe, profile: Profile, models: Mapping[Arm, ModelSpec]
) -> bool:
    """Return whether a manifest is about the planned probe, its number of items, the profile and the settings."""
    probe, items = planned_probe.probe, manifest.items
    return (
        (manifest.probe.id, manifest.probe.version) == (probe.id, probe.version)
        and items.n == planned_probe.n
        and items.phrasings_sha256 == phrasings_sha256(planned_probe.phrasings)
        and items.file == planned_probe.file
        and manifest.profile.sha256 == profile.sha256
        and set(manifest.arms) == set(models)
        and all(_has_settings(manifest, arm, spec, planned_probe.max_new_tokens) for arm, spec in models.items())
    )


def _has_settings(manifest: Manifest, arm: Arm, spec: ModelSpec, limit: int) -> bool:
    settings, plan = manifest.settings.get(arm, {}), {**spec.settings(), ANSWER_LIMIT: limit}
    matches = all(settings.get(name) == value for name, value in plan.items())
    return matches and settings.get("frame", "none") == spec.frame and settings.get(THOUGHTS, "open") == spec.thoughts


def _has_seed(evidence: FinishedEvidence, planned_probe: PlannedProbe) -> bool:
    """Return whether evidence has the planned seed, or one that was derived from the models as they were."""
    items = evidence.manifest.items
    is_derived = items.seed_reason is None and planned_probe.seed_reason is None
    return items.seed == planned_probe.seed or (is_derived and bool(evidence.changes))


def _changes(
    manifest: Manifest, planned_probe: PlannedProbe, models: Mapping[Arm, ModelSpec]
) -> Iterator[tuple[Arm, tuple[str, ...]]]:
    for arm, spec in models.items():
        circumstances = manifest.circumstances.get(arm)
        if circumstances is None:
            yield arm, ("the evidence does not say in which circumstances it was made",)
        elif clauses := (
            *_model_changes(manifest, circumstances, arm, planned_probe, spec),
            *_circumstance_changes(circumstances, spec),
        ):
            yield arm, clauses


def _model_changes(
    manifest: Manifest, circumstances: Circumstances, arm: Arm, planned_probe: PlannedProbe, spec: ModelSpec
) -> tuple[str, ...]:
    difference = compare_identities(manifest.arms[arm], spec.files.identity)
    if difference.is_same and not difference.by_behaviour:
        return ()
    behaviour = () if difference.differences else (*behaviour_differences(circumstances, planned_probe, spec),)
    is_another = bool(difference.differences or behaviour)
    return (*difference.differences, *difference.by_behaviour, *behaviour) if is_another else ()


def _circumstance_changes(circumstances: Circumstances, spec: ModelSpec) -> Iterator[str]:
    """Yield each version, and the device, that is another one now; the devices of a split model are known later."""
    device = expect_device(spec.device) if spec.device == "auto" else spec.device
    facts = software(spec) if device == "split" else {**software(spec), "device": device.partition(":")[0]}
    for name, value in facts.items():
        if (earlier := getattr(circumstances, name)) != value:
            yield f"{name} {value} instead of {earlier}"
