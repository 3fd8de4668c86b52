"""The arguments that name the models of a command and say how they compute."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls.model import Arm
from dls_probes.servers.address import APIS, KEYS, ServerAddress, is_url

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
    arms: tuple[tuple[Arm, bool], ...] = (("teacher", teacher_required), ("student", True))
    for arm, is_required in arms:
        parser.add_argument(
            f"--{arm}",
            type=_place,
            required=is_required,
            metavar="MODEL",
            help=f"the {arm}'s model folder, or http://HOST:PORT of a server that has it",
        )
        _add_server_arguments(parser, arm)
    _add_shared_server_arguments(parser)
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


def _place(text: str) -> Path | str:
    return text if is_url(text) else Path(text)


def _add_server_arguments(parser: ArgumentParser, arm: Arm) -> None:
    """Declare the files and the name of one model behind a server."""
    parser.add_argument(
        f"--{arm}-tokenizer",
        type=Path,
        metavar="DIR",
        help=f"behind a server: the folder of the {arm}'s tokenizer and configuration; token ids go over the wire",
    )
    parser.add_argument(
        f"--{arm}-weights",
        type=Path,
        metavar="DIR",
        help="its whole folder: the digests are stated, and five answers are compared with it",
    )
    parser.add_argument(f"--{arm}-serves", metavar="NAME", help="its name there, where the server has several models")


def _add_shared_server_arguments(parser: ArgumentParser) -> None:
    """Declare how servers are asked."""
    parser.add_argument(
        "--api", choices=APIS, default="auto", help="the interface of the servers (default: auto, the server says it)"
    )
    parser.add_argument("--width", type=positive, default=8, metavar="N", help="requests at a time (default: 8)")
    parser.add_argument(
        "--insecure", action="store_true", help="allow http to another machine, inside a network that you trust"
    )


def model_place(arguments: Namespace, arm: Arm) -> "Path | ServerAddress":
    """Return the folder or the server that the arguments name for a model.

    Raises:
        DlsError: a server lacks its tokenizer, or a folder has settings of a server.
    """
    place = getattr(arguments, arm)
    tokenizer, weights, serves = (getattr(arguments, f"{arm}_{name}") for name in ("tokenizer", "weights", "serves"))
    if not is_url(str(place)):
        if tokenizer or weights or serves:
            raise DlsError(
                f"--{arm} {place} is a folder, and --{arm}-tokenizer, -weights and -serves are about a server; leave "
                "them out, or name the server as http://HOST:PORT"
            )
        return Path(place)
    if tokenizer is None and weights is None:
        raise DlsError(
            f"the {arm} behind {place} is asked by token ids; name the folder of its tokenizer and configuration with "
            f"--{arm}-tokenizer, or its whole folder with --{arm}-weights"
        )
    keys = (f"DLS_{arm.upper()}_API_KEY", *KEYS)
    width, is_insecure = arguments.width, arguments.insecure
    return ServerAddress(
        place, tokenizer or weights, weights, serves, arguments.api, width, keys=keys, is_insecure=is_insecure
    )


def spec_settings(arguments: Namespace) -> dict[str, Any]:
    """Return the settings that the user named for the models, by field of `ModelSpec`."""
    settings = {"device": arguments.device, "dtype": arguments.dtype, "threads": arguments.threads}
    settings["prompt_format"] = "plain" if arguments.plain else None
    return {name: value for name, value in settings.items() if value is not None}
