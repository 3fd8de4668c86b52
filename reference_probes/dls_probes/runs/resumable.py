"""Whether a folder holds the evidence of a planned run already."""

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


def is_finished(
    planned: PlannedProbe, profile: Profile, models: Mapping[Arm, ModelSpec], out: Path, *, resume: bool
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
    same = _is_same(found, planned, profile, models)
    if resume and same:
        return True
    why = (
        "is finished; add --resume to keep it and do the rest"
        if same
        else "is evidence about other models, items or settings, or for another profile"
    )
    raise DlsError(f"{path} {why}; choose another folder, or delete {path.parent} to measure again")


def _is_same(found: Manifest, planned: PlannedProbe, profile: Profile, models: Mapping[Arm, ModelSpec]) -> bool:
    """Tell whether a manifest is about the planned items, profile and models, asked as they are to be asked."""
    asked = {arm: spec.files.weights_sha256 for arm, spec in models.items()}
    return (
        (found.probe.id, found.probe.version) == (planned.probe.id, planned.probe.version)
        and (found.items.seed, found.items.n) == (planned.seed, planned.n)
        and found.items.phrasings_sha256 == phrasings_sha256(planned.phrasings)
        and found.items.file == planned.file
        and found.profile.sha256 == profile.sha256
        and {arm: model.weights_sha256 for arm, model in found.arms.items()} == asked
        and all(_settled(found, arm, spec) for arm, spec in models.items())
    )


def _settled(found: Manifest, arm: Arm, spec: ModelSpec) -> bool:
    asked = found.settings.get(arm, {})
    same = all(asked.get(name) == value for name, value in spec.settings().items())
    return same and asked.get("frame", "none") == spec.frame
