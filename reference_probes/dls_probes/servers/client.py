"""JSON over HTTP to one server: connections that stay open, tries again, and one sentence for each failure."""

import json
import os
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from dls.errors import DlsError
from dls_probes.servers.address import ServerAddress

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
R = TypeVar("R")
_CLIENT_ERROR, _SERVER_ERROR, _REDIRECT = 400, 500, 300
_UNAUTHORISED, _MISSING, _BUSY = (401, 403), 404, 429


class ServerFailed(DlsError):  # noqa: N818  a sentence of its own stands for each cause
    """A server does not answer as its interface says."""


class RequestRefused(ServerFailed):
    """A server refuses one request; others may be answered."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client goes on.

    Attributes:
        tries: of a request that fails for a cause that may pass.
        pause: seconds before the second try, doubled before each further one.
        longest_pause: seconds, also where the server asks for more.
        timeout: seconds without a byte, after which a try has failed.
        largest_reply: bytes.

    """

    tries: int = 4
    pause: float = 0.5
    longest_pause: float = 60.0
    timeout: float = 300.0
    largest_reply: int = 1 << 26


@dataclass
class Client:
    """The client of one server; its threads send `width` requests at a time.

    Attributes:
        address: of the server.
        patience: of the client.
        requests, retries, received: counts, and bytes.

    """

    address: ServerAddress
    patience: Patience = Patience()
    requests: int = 0
    retries: int = 0
    received: int = 0
    _http: "httpx.Client" = field(init=False)
    _threads: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        import httpx

        key = next((value for name in self.address.keys if (value := os.environ.get(name))), None)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        width = self.address.width
        limits = httpx.Limits(max_connections=width, max_keepalive_connections=width)
        self._http = httpx.Client(
            base_url=self.address.root, headers=headers, timeout=self.patience.timeout, limits=limits, trust_env=False
        )
        self._threads = ThreadPoolExecutor(width, thread_name_prefix="dls-server")
        weakref.finalize(self, self._http.close)
        weakref.finalize(self, self._threads.shutdown, wait=False)

    def close(self) -> None:
        """Close the connections and end the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._http.close()

    def map(self, work: Callable[[T], R], jobs: Iterable[T]) -> list[R]:
        """Do some work for each job, `width` jobs at a time; return the results in order."""
        return list(self._threads.map(work, jobs))

    def get(self, path: str) -> Any:
        """Return the JSON value at a path; None where the server has none there."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the JSON value with which the server answers a request.

        Raises:
            RequestRefused: the server refuses this request.
            ServerFailed: it does not answer, or with no JSON.
        """
        reply = self._ask("POST", path, body)
        if reply is None:
            raise ServerFailed(f"{self.address.source} has no {path}; check the address, and the interface with --api")
        return reply

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        pause, cause = self.patience.pause, ""
        for attempt in range(self.patience.tries):
            if attempt:
                time.sleep(min(pause, self.patience.longest_pause))
                self.retries += 1
                pause *= 2
            try:
                status, wait, data = self._send(method, path, body)
            except (OSError, _http_error()) as error:
                cause = _connection_cause(error)
                continue
            if status == _BUSY:
                cause, pause = "answers 429, too many requests", max(pause, wait)
            elif status >= _SERVER_ERROR and not _is_final(data):
                cause = f"answers {status}: {_message(data)}"
            else:
                value, cause = self._value(status, data, path)
                if not cause:
                    return value
        raise ServerFailed(f"{self.address.source}: the server {cause}, {self.patience.tries} times; {_remedy(cause)}")

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[int, float, bytes]:
        """Send a request once; return the status, the seconds that the server asks to wait, and the reply."""
        self.requests += 1
        chunks, size = [], 0
        with self._http.stream(method, path, json=body) as response:
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self.patience.largest_reply:
                    raise ServerFailed(
                        f"{self.address.source}: the reply to {path} has no end within "
                        f"{self.patience.largest_reply >> 20} MiB; this is no server of a language model"
                    )
                chunks.append(chunk)
            self.received += size
            return response.status_code, _seconds(response.headers.get("retry-after")), b"".join(chunks)

    def _value(self, status: int, data: bytes, path: str) -> tuple[Any, str]:
        """Return the value of a reply, or the cause for another try.

        Raises:
            ServerFailed: no other try helps.
        """
        host = self.address.source
        if status == _MISSING and "model" not in _message(data).lower():
            return None, ""  # the path, and not the model, is missing
        if _REDIRECT <= status < _CLIENT_ERROR:
            raise ServerFailed(f"{host} sends {path} elsewhere ({status}), and no redirect is followed")
        if status in _UNAUTHORISED:
            raise ServerFailed(
                f"{host} wants a key or refuses the one it got ({status}); put it into {self.address.keys[0]}"
            )
        if status >= _CLIENT_ERROR:
            raise RequestRefused(f"{host} refuses a request ({status}): {_message(data)}")
        try:
            value = json.loads(data)
        except ValueError:
            return None, f"cuts its JSON off or sends none: {data[-40:]!r}"
        if isinstance(value, dict) and value.get("error"):
            return None, f"answers 200 with an error in the body: {_message(data)}"
        return value, ""


def _http_error() -> type[Exception]:
    import httpx

    return httpx.HTTPError


def _connection_cause(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.ConnectError):
        return f"cannot be reached ({error})"
    if isinstance(error, httpx.TimeoutException):
        return "is silent"
    return f"breaks the connection off ({type(error).__name__})"


def _remedy(cause: str) -> str:
    if cause.startswith("cannot be reached"):
        return "start it, or correct the address"
    if "429" in cause:
        return "lower --width, or go on later with --resume"
    return "look into its log, and go on with --resume"


def _seconds(text: str | None) -> float:
    try:
        return max(float(text), 0.0) if text else 0.0
    except ValueError:
        return 0.0  # a date; the pauses of the client count


def _error_of(data: bytes) -> Any:
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value.get("error") or value.get("message") if isinstance(value, dict) else None


def _message(data: bytes) -> str:
    """Return the message of an error, in one line of at most 200 characters."""
    error = _error_of(data)
    text = error.get("message", error) if isinstance(error, dict) else error or data.decode("utf-8", "replace")
    return " ".join(str(text).split())[:200]


def _is_final(data: bytes) -> bool:
    """Whether an internal error is about the request itself: the same request fails again."""
    return "grammar" in _message(data).lower()
