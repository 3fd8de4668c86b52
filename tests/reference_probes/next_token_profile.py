"""A profile with a target for `fidelity.next_token`, which no built-in profile has."""

from pathlib import Path

import msgspec
import yaml

from dls.model import ProfileTarget
from dls.scenarios.detection import smallest_detectable_loss
from dls.scenarios.profile import load_profile
from dls.standard.registry import metric


def write_next_token_profile(folder: Path) -> Path:
    """Write the profile into a folder; it extends `general_chat`."""
    parent = load_profile("general_chat")
    target = ProfileTarget(
        metric="jsd",
        dimension="fidelity",
        probe="fidelity.next_token",
        kind="absolute",
        cap=0.3,
        n=300,
        smallest_detectable_loss=0.0,
        assumes={"sd": 0.1, "rate": 0.1},
        rationale="A test.",
    )
    loss = round(smallest_detectable_loss(target, metric("jsd")), 4)
    members = msgspec.to_builtins(msgspec.structs.replace(target, smallest_detectable_loss=loss))
    value = {
        "dls_scenario": "1.0",
        "id": "next_token",
        "version": "1.0",
        "title": "Mine",
        "rationale": "A test.",
        "population": "Texts.",
        "required": [],
        "not_required": [],
        "extends": {"id": parent.id, "version": parent.version, "sha256": parent.sha256},
        "targets": [{name: member for name, member in members.items() if member is not None}],
    }
    path = folder / "next_token.yaml"
    path.write_text(yaml.safe_dump(value))
    return path
