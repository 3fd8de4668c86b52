"""Whether a folder already holds the evidence of a planned probe, so that a resumed run can keep it."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from dls.errors import DlsError
from dls.evidence.records import MANIFEST
from dls.model import Arm, Manifest
from dls.probes.shared.phrasings import phrasings_sha256
from dls.scenarios.profile import Profile
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.plan import PlannedProbe


def holds_evidence(
    planned_probe: PlannedProbe, profile: Profile, models: Mapping[Arm, ModelSpec], out: Path, *, resume: bool
) -> bool:
    """Return whether a folder already holds the evidence of exactly this planned probe.

    Raises:
        DlsError: it holds finished evidence, and the run is not a resumed one or the evidence is about something else.
    """
    path = out / planned_probe.probe.id / MANIFEST
    if not path.exists():
        return False
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise DlsError(f"{path} is no manifest ({error}); delete {path.parent} to measure again") from error
    matches = _is_about(manifest, planned_probe, profile, models)
    if resume and matches:
        return True
    why = (
        "is finished; add --resume to keep it and do the rest"
        if matches
        else "is evidence about other models, items or settings, or for another profile"
    )
    raise DlsError(f"{path} {why}; choose another folder, or delete {path.parent} to measure again")


def _is_about(
    manifest: Manifest, planned_probe: PlannedProbe, profile: Profile, models: Mapping[Arm, ModelSpec]
) -> bool:
    """Return whether a manifest is about the planned items, the profile, the models and their settings."""
    probe, items = planned_probe.probe, manifest.items
    return (
        (manifest.probe.id, manifest.probe.version) == (probe.id, probe.version)
        and (items.seed, items.n) == (planned_probe.seed, planned_probe.n)
        and items.phrasings_sha256 == phrasings_sha256(planned_probe.phrasings)
        and items.file == planned_probe.file
        and manifest.profile.sha256 == profile.sha256
        and _weights(manifest) == {arm: spec.files.identity.weights_sha256 for arm, spec in models.items()}
        and all(_has_settings(manifest, arm, spec) for arm, spec in models.items())
    )


def _weights(manifest: Manifest) -> Mapping[Arm, str | None]:
    return {arm: digests.weights_sha256 for arm, digests in manifest.arms.items()}


def _has_settings(manifest: Manifest, arm: Arm, spec: ModelSpec) -> bool:
    settings = manifest.settings.get(arm, {})
    matches = all(settings.get(name) == value for name, value in spec.settings().items())
    return matches and settings.get("frame", "none") == spec.frame
