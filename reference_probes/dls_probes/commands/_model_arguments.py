"""The arguments that name the models of a command and say how they compute."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dls.errors import DlsError
from dls.model import Arm
from dls.standard.numbers import ARMS
from dls_probes.commands._server_arguments import add_server_arguments, folder_or_url, server_address
from dls_probes.models.model_place import ModelWords
from dls_probes.servers.address import ServerAddress

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
            f"--{arm}", type=folder_or_url, required=teacher_required or arm == "student", metavar="MODEL",
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
    parser.add_argument(
        "--backend", choices=("transformers", "vllm"), default="transformers",
        help="the software that computes models in folders (vllm needs the extra [vllm]; default: transformers)",
    )  # fmt: skip
    parser.add_argument(
        "--tensor-parallel", type=positive, default=1, metavar="N",
        help="the GPUs that share each layer under --backend vllm (default: 1)",
    )  # fmt: skip
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
    add_server_arguments(parser)
    parser.add_argument("--plain", action="store_true", help="plain text instead of the chat template, for base models")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted run in the same folder")


def model_words(arguments: Namespace, arm: Arm) -> ModelWords | ServerAddress:
    """Return the user's words for a model on this machine, or the server that has it.

    Raises:
        DlsError: a server lacks its tokenizer, or an option is about the other kind of place.
    """
    address = server_address(arguments, arm)
    name, base, revision = (getattr(arguments, f"{arm}{end}") for end in ("", "_base", "_revision"))
    if address is None:
        return ModelWords(name, base, revision)
    if base or revision:
        raise DlsError(
            f"--{arm} {name} is a server, and --{arm}-base and --{arm}-revision are about a folder; leave them out"
        )
    return address


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


def spec_settings(arguments: Namespace) -> dict[str, Any]:
    """Return the settings that the user named for the models, by field of `ModelSpec`."""
    settings = {"device": arguments.device, "dtype": arguments.dtype, "threads": arguments.threads}
    settings["prompt_format"] = "plain" if arguments.plain else None
    if arguments.backend != "transformers":
        settings |= {"backend": arguments.backend, "tensor_parallel": arguments.tensor_parallel}
    return {name: value for name, value in settings.items() if value is not None}
