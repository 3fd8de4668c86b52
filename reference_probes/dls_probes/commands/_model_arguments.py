"""The arguments that name the models of a command and say how they compute."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dls.errors import DlsError
from dls.model import Arm
from dls.standard.numbers import ARMS
from dls_probes.models.model_place import ModelWords
from dls_probes.servers.address import APIS, KEYS, ServerAddress, is_url

if TYPE_CHECKING:
    from dls_probes.runs.open_models import Workers

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
        parser.add_argument(
            f"--{arm}", type=_place, required=teacher_required or arm == "student", metavar="MODEL",
            help=f"the {arm}: a model folder, a GGUF file, an adapter's folder, its name on a hub where the hub's "
            "cache has it, or http://HOST:PORT of a server",
        )  # fmt: skip
        parser.add_argument(
            f"--{arm}-base", type=Path, metavar="MODEL",
            help=f"the model under the {arm}'s adapter (default: as adapter_config.json names it); `none` for the "
            "whole weights beside an adapter",
        )  # fmt: skip
        parser.add_argument(
            f"--{arm}-revision", metavar="COMMIT", help=f"refuse the {arm} where it is known to be of another revision"
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
    _add_cluster_arguments(parser)
    parser.add_argument("--plain", action="store_true", help="plain text instead of the chat template, for base models")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted run in the same folder")


def _add_cluster_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--executor",
        choices=("processes", "ray"),
        default="processes",
        help="ray: the workers are actors of a Ray cluster (needs the extra [ray]; default: processes)",
    )
    parser.add_argument(
        "--ray-address", metavar="A", help="auto or HOST:PORT of a cluster; by default this machine alone is one"
    )
    parser.add_argument(
        "--gpus-per-worker", type=float, metavar="G", help="of an actor (default: 1 with --device cuda, otherwise 0)"
    )


def workers_of(arguments: Namespace) -> "Workers":
    """Return the worker processes, or the actors of a cluster, that the user named.

    Raises:
        DlsError: an option of Ray stands without `--executor ray`, or Ray without `--workers`.
    """
    from dls_probes.engine.ray_cluster import RayCluster

    address, gpus, workers = arguments.ray_address, arguments.gpus_per_worker, arguments.workers
    if arguments.executor != "ray":
        if address is not None or gpus is not None:
            raise DlsError("--ray-address and --gpus-per-worker belong to --executor ray")
        return int(workers)
    if not workers:
        raise DlsError("--executor ray needs --workers N: as many actors hold the model")
    default = 1.0 if arguments.device.startswith("cuda") else 0.0
    return RayCluster(workers, address, default if gpus is None else gpus)


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


def model_words(arguments: Namespace, arm: Arm) -> ModelWords | ServerAddress:
    """Return the user's words for a model on this machine, or the server that has it.

    Raises:
        DlsError: a server lacks its tokenizer, or an option is about the other kind of place.
    """
    return _server(arguments, arm) if is_url(str(getattr(arguments, arm))) else _folder(arguments, arm)


def _folder(arguments: Namespace, arm: Arm) -> ModelWords:
    name, base, revision = (getattr(arguments, f"{arm}{end}") for end in ("", "_base", "_revision"))
    if any(getattr(arguments, f"{arm}_{part}") for part in ("tokenizer", "weights", "serves")):
        raise DlsError(
            f"--{arm} {name} is a folder, and --{arm}-tokenizer, -weights and -serves are about a server; leave "
            "them out, or name the server as http://HOST:PORT"
        )
    return ModelWords(name, base, revision)


def _server(arguments: Namespace, arm: Arm) -> ServerAddress:
    place = getattr(arguments, arm)
    tokenizer, weights, serves = (getattr(arguments, f"{arm}_{name}") for name in ("tokenizer", "weights", "serves"))
    if getattr(arguments, f"{arm}_base") or getattr(arguments, f"{arm}_revision"):
        raise DlsError(
            f"--{arm} {place} is a server, and --{arm}-base and --{arm}-revision are about a folder; leave them out"
        )
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
