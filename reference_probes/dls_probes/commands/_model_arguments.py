"""The arguments that name the models of a command and say how they compute."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from dls.model import Arm
from dls.standard.numbers import ARMS
from dls_probes.models.model_place import ModelWords

_DEVICES = (
    "cpu, cuda, cuda:1, mps, auto (the first available accelerator) or split (the layers of each model over all "
    "accelerators, for a model too large for one; needs the package accelerate; default: cpu)"
)


def positive(text: str) -> int:
    """Return a whole number from 1."""
    if (number := int(text)) < 1:
        raise ValueError
    return number


def add_model_arguments(parser: ArgumentParser, *, teacher_required: bool = True, otherwise: str = "") -> None:
    """Declare the two models and how they compute; `otherwise` names the default of settings that you leave out."""
    for arm in ARMS:
        is_required = teacher_required or arm == "student"
        parser.add_argument(
            f"--{arm}", type=Path, required=is_required, metavar="MODEL",
            help=f"the {arm}: a model folder, a GGUF file, an adapter's folder, or its name on a hub where the hub's "
            "cache has it",
        )  # fmt: skip
        parser.add_argument(
            f"--{arm}-base", type=Path, metavar="MODEL",
            help=f"the model under the {arm}'s adapter (default: as adapter_config.json names it); `none` for the "
            "whole weights beside an adapter",
        )  # fmt: skip
        parser.add_argument(
            f"--{arm}-revision", metavar="COMMIT", help=f"refuse the {arm} where it is known to be of another revision"
        )
    parser.add_argument("--device", default="cpu", metavar="D", help=_DEVICES)
    parser.add_argument(
        "--dtype", choices=("float32", "bfloat16", "float16"), help=f"default: {otherwise or 'float32, the reference'}"
    )
    parser.add_argument(
        "--threads", type=positive, metavar="N", help=f"threads of each process (default: {otherwise or 1})"
    )
    parser.add_argument(
        "--workers", type=positive, default=0, metavar="N", help="worker processes (default: this process alone)"
    )
    parser.add_argument("--plain", action="store_true", help="plain text instead of the chat template, for base models")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted run in the same folder")


def model_words(arguments: Namespace, arm: Arm) -> ModelWords:
    """Return the user's words for a model."""
    name, base, revision = (getattr(arguments, f"{arm}{end}") for end in ("", "_base", "_revision"))
    return ModelWords(name, base, revision)


def spec_settings(arguments: Namespace) -> dict[str, Any]:
    """Return the settings that the user named for the models, by field of `ModelSpec`."""
    settings = {"device": arguments.device, "dtype": arguments.dtype, "threads": arguments.threads}
    settings["prompt_format"] = "plain" if arguments.plain else None
    return {name: value for name, value in settings.items() if value is not None}
