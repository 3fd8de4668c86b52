"""The webhooks of the stand-in hub: payloads in the form of the client's `WebhookPayload`, and their delivery."""

import hashlib
import json
import queue
import threading
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx


class Hook(NamedTuple):
    """A receiver of webhooks."""

    url: str
    secret: str | None


def object_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _repository(endpoint: str, name: str, head: str) -> dict[str, Any]:
    return {
        "type": "model", "name": name, "id": object_id(name), "private": False, "headSha": head, "tags": [],
        "url": {"web": f"{endpoint}/{name}", "api": f"{endpoint}/api/models/{name}"},
        "owner": {"id": object_id(name.partition("/")[0])}, "subdomain": None,
    }  # fmt: skip


def _discussion(endpoint: str, name: str, num: int, *, is_pull_request: bool) -> dict[str, Any]:
    url = f"{endpoint}/{name}/discussions/{num}"
    return {
        "id": object_id(url), "num": num, "title": "A discussion", "author": {"id": object_id("visitor")},
        "url": {"web": url, "api": f"{endpoint}/api/models/{name}/discussions/{num}"}, "status": "open",
        "isPullRequest": is_pull_request, "changes": {"base": "refs/heads/main"} if is_pull_request else None,
    }  # fmt: skip


def push(endpoint: str, name: str, ref: str, old: str | None, new: str, head: str = "") -> dict[str, Any]:
    """Return the payload about a push to a reference."""
    return {
        "event": {"action": "update", "scope": "repo.content"},
        "repo": _repository(endpoint, name, head or new),
        "updatedRefs": [{"ref": ref, "oldSha": old, "newSha": new}],
        "webhook": {"id": object_id("hook"), "version": 3},
    }


def comment(endpoint: str, name: str, num: int, identifier: str, text: str, **more: Any) -> dict[str, Any]:
    """Return the payload about a comment; `scope` and `is_pull_request` may be named."""
    url = {"web": f"{endpoint}/{name}/discussions/{num}#{identifier}"}
    return {
        "event": {"action": "create", "scope": more.get("scope", "discussion.comment")},
        "repo": _repository(endpoint, name, "0" * 40),
        "discussion": _discussion(endpoint, name, num, is_pull_request=more.get("is_pull_request", True)),
        "comment": {
            "id": identifier, "author": {"id": object_id("visitor")}, "hidden": False, "content": text, "url": url,
        },
        "webhook": {"id": object_id("hook"), "version": 3},
    }  # fmt: skip


def post(hook: Hook, body: Mapping[str, Any] | bytes, seconds: float = 10.0) -> int:
    """Send a webhook and return the status of the answer; 0 where there is none."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | ({"X-Webhook-Secret": hook.secret} if hook.secret else {})
    plain: dict[str, Any] = {"trust_env": False, "verify": False}  # loopback: to read certificates takes 50 ms
    try:
        return httpx.post(hook.url, content=data, headers=headers, timeout=seconds, **plain).status_code
    except httpx.HTTPError:
        return 0


class Deliveries:
    """A thread that sends each payload in order, and again until it is acknowledged or refused."""

    def __init__(self, hook: Hook) -> None:
        self.hook = hook
        self.payloads: list[Mapping[str, Any]] = []
        self._is_closing = False
        self._payloads: queue.Queue[Mapping[str, Any] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def add(self, payload: Mapping[str, Any]) -> None:
        self.payloads.append(payload)
        self._payloads.put(payload)

    def join(self) -> None:
        """Wait until each payload was taken."""
        self._payloads.join()

    def close(self) -> None:
        """End, and send nothing again that a receiver which is gone did not take."""
        self._is_closing = True
        self._payloads.put(None)
        self._thread.join()

    def _send(self) -> None:
        while (payload := self._payloads.get()) is not None:
            while post(self.hook, payload) in (0, 429, 503) and not self._is_closing:
                time.sleep(0.05)
            self._payloads.task_done()
