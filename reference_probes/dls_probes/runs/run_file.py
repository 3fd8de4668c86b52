"""`run.json`: the facts of a run that another run would not repeat, and that no digest covers: time, machine, speed."""

import platform
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import msgspec

from dls.card.folder_facts import read_model_folder
from dls.evidence.files import replace_file
from dls.measuring.measure import ACROSS
from dls.model import Arm
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.arm_answers import ArmAnswers
from dls_probes.runs.joint_pass import PAIR
from dls_probes.runs.open_models import Workers

_PACKAGES = ("distillation-loss-statement", "torch", "transformers", "tokenizers", "safetensors", "numpy", "scipy")


def write_run_file(
    folder: Path, answers: Mapping[str, ArmAnswers], models: Mapping[Arm, ModelSpec], workers: Workers, start: float
) -> None:
    """Write `run.json` for the answers by arm; `start` is in seconds since the epoch."""
    run = {
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start)),
        "platform": describe_platform(),
        "workers": workers if isinstance(workers, int) else {"ray": workers.actors, "gpus": workers.gpus},
        "cards": {arm: read_model_folder(spec.folder) for arm, spec in models.items()},
        "arms": {arm: _arm(arm, answer, models) for arm, answer in answers.items()},
    }
    replace_file(folder / "run.json", msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")


def _arm(arm: str, answers: ArmAnswers, models: Mapping[Arm, ModelSpec]) -> dict[str, Any]:
    specs = list(models.values()) if arm in {PAIR, ACROSS} else [models[cast("Arm", arm)]]
    result = answers.result
    return {
        "folder": "+".join(spec.folder.resolve().name for spec in specs),  # no path: it would name a user
        "device": specs[0].device,
        "device_name": result.device_name,
        "seconds": round(answers.seconds, 2),
        "requests": result.requests,
        "tokens": result.tokens,
        "layouts": result.layouts,
        "events": result.events,
        "notes": result.notes,
    }


def describe_platform() -> dict[str, str]:
    """Return the machine and the versions that a reader needs to understand a difference."""
    versions = {name: version(name) for name in _PACKAGES}
    system = {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine()}
    return {**system, **versions, **_cuda()}


def _cuda(driver: Path = Path("/proc/driver/nvidia/version")) -> dict[str, str]:
    """Return the versions of CUDA and of the driver; nothing on a machine without."""
    import torch

    cuda = {} if torch.version.cuda is None else {"cuda": torch.version.cuda}
    return {**cuda, "driver": driver.read_text().splitlines()[0]} if driver.is_file() else cuda
