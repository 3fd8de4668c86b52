"""`run.json`: what is not determined about a run, which no digest covers: when, where, with what, how fast."""

import platform
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import cast

import msgspec

from dls.evidence.records import replace_file
from dls.measuring.measure import ACROSS
from dls.model import Arm
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.arm_answers import Answers
from dls_probes.runs.joint_pass import PAIR

_VERSIONED = ("distillation-loss-statement", "torch", "transformers", "tokenizers", "safetensors", "numpy", "scipy")


def tell(
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
