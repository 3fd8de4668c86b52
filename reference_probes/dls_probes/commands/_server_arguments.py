"""The arguments that name a model behind a server, and say how servers are asked."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls.model import Arm
from dls.standard.numbers import ARMS
from dls_probes.servers.address import APIS, KEYS, ServerAddress, is_url

_WIDEST = 1024  # requests at a time


def folder_or_url(text: str) -> Path | str:
    """Return the address of a server as it is, and any other name of a model as a path."""
    return text if is_url(text) else Path(text)


def add_server_arguments(parser: ArgumentParser) -> None:
    """Declare the files and names of models behind servers, and how servers are asked."""
    group = parser.add_argument_group("models behind servers")
    for arm in ARMS:
        group.add_argument(
            f"--{arm}-tokenizer", type=Path, metavar="DIR",
            help=f"the folder of the served {arm}'s tokenizer and configuration; token ids go over the wire",
        )  # fmt: skip
        group.add_argument(
            f"--{arm}-weights", type=Path, metavar="DIR",
            help=f"the whole folder of the served {arm}: its digests are stated, and five answers compared with it",
        )  # fmt: skip
        group.add_argument(f"--{arm}-serves", metavar="NAME", help=f"the {arm}'s name, where a server has several")
    group.add_argument("--api", choices=APIS, default="auto", help="the interface (default: auto, the server says it)")
    group.add_argument("--width", type=_width, default=8, metavar="N", help="requests at a time (default: 8)")
    group.add_argument("--insecure", action="store_true", help="allow http to another machine, in a trusted network")


def _width(text: str) -> int:
    if not 1 <= (width := int(text)) <= _WIDEST:
        raise ValueError
    return width


def server_address(arguments: Namespace, arm: Arm) -> ServerAddress | None:
    """Return the address of the server that has a model; None where a folder has it.

    Raises:
        DlsError: a server lacks its tokenizer, or a folder has settings of a server.
    """
    place: Any = getattr(arguments, arm)
    tokenizer, weights, serves = (getattr(arguments, f"{arm}_{name}") for name in ("tokenizer", "weights", "serves"))
    if not isinstance(place, str):
        if tokenizer or weights or serves:
            raise DlsError(
                f"--{arm} {place} is no server, and --{arm}-tokenizer, -weights and -serves are about one; leave them "
                "out, or name the server as http://HOST:PORT"
            )
        return None
    if tokenizer is None and weights is None:
        raise DlsError(
            f"the {arm} behind {place} is asked by token ids; name the folder of its tokenizer and configuration with "
            f"--{arm}-tokenizer, or its whole folder with --{arm}-weights"
        )
    keys = (f"DLS_{arm.upper()}_API_KEY", *KEYS)
    return ServerAddress(
        place, tokenizer or weights, weights, serves, arguments.api, arguments.width, keys, arguments.insecure
    )
