"""The address of a model behind a server, and what its user says about it."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeAlias, get_args
from urllib.parse import SplitResult, urlsplit

from dls.errors import DlsError

Api: TypeAlias = Literal["auto", "llama.cpp", "vllm", "openai"]
APIS: tuple[Api, ...] = get_args(Api)
KEYS = ("DLS_API_KEY",)
"""The environment variables that may hold a server's key; the key is stored nowhere."""
_SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server, and the model that it serves.

    Attributes:
        url: of the server, with or without `/v1`.
        tokenizer: the folder of the served model's tokenizer and configuration.
        weights: the folder of the same model, whole: its digests are then stated, and some answers compared with it.
        serves: the name under which the server has the model; None where it has one alone.
        api: the interface of the server; `auto` asks it.
        width: requests at a time.
        keys: the environment variables that may hold the key, the first that is set counts.
        is_insecure: whether questions, answers and key may travel unencrypted to another machine.

    """

    url: str
    tokenizer: Path
    weights: Path | None = None
    serves: str | None = None
    api: Api = "auto"
    width: int = 8
    keys: tuple[str, ...] = KEYS
    is_insecure: bool = False

    @property
    def configuration(self) -> Path:
        """The folder in which the `config.json` of the served model lies."""
        return self.tokenizer

    @property
    def root(self) -> str:
        """The address without `/v1`, path separators at its end, user and query.

        Raises:
            DlsError: it is no address of a server, holds a password, or is neither https nor on this machine.
        """
        parts = _parts(self.url)
        if parts.scheme == "http" and not (self.is_insecure or _is_loopback(parts.hostname or "")):
            raise DlsError(
                f"{self.source} is another machine, and http sends questions, answers and key unencrypted; use https, "
                "a tunnel to this machine, or --insecure inside a network that you trust"
            )
        path = parts.path.rstrip("/").removesuffix("/v1")
        return f"{self.source}{path}"

    @property
    def source(self) -> str:
        """The scheme, the host and the port: the name of the server in evidence."""
        parts = _parts(self.url)
        port = f":{parts.port}" if parts.port else ""
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}{port}"


def is_url(text: str) -> bool:
    """Whether a text names a server and no folder."""
    return text.lower().startswith(tuple(f"{scheme}://" for scheme in _SCHEMES))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise DlsError(f"{url} is no address of a server ({error}); write http://host:port") from error
    if parts.scheme not in _SCHEMES or not parts.hostname or port == 0:
        raise DlsError(f"{url} is no address of a server; write http://host:port or https://host")
    if parts.username or parts.password or parts.query:
        raise DlsError(
            f"the address of {parts.hostname} holds a user, a password or a query, and would end in evidence; put the "
            f"key into {KEYS[0]} and leave them out"
        )
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
