"""A hub on loopback, with the answers that the client's source expects: repositories, discussions, webhooks.

It keeps everything in memory. The real `huggingface_hub` talks to it through `HF_ENDPOINT`; what only the real hub does
(its own limits, its xet storage) it does not show.
"""

import base64
import hashlib
import itertools
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.doors import webhooks

TOKEN = "hf_of_the_tests"  # noqa: S105 - no other hub knows it
BOT = "tester"  # the user of this token
NOW = "2026-11-20T12:00:00.000Z"
_NUMBERS = itertools.count()
_LARGE = 10 << 20  # bytes from which on the hub wants a file as a large one
_SUFFIXES = (".safetensors", ".gguf", ".bin")


@dataclass
class StoredRepository:
    """A repository: its commits, the revisions that name them, and its discussions."""

    name: str
    private: bool = False
    gated: bool = False
    closed: bool = False  # its gate, for the user of our token as well
    hides_digests: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    discussions: dict[int, dict[str, Any]] = field(default_factory=dict)

    def commit(self, files: Mapping[str, bytes | None], ref: str = "main", base: str | None = None) -> str:
        """Add a commit with changed files (None deletes one) and return its name."""
        parent = base or self.refs.get(ref)
        tree = dict(self.commits[parent]) if parent else {}
        for name, data in files.items():
            if data is None:
                tree.pop(name, None)
            else:
                tree[name] = data
        listing = "".join(f"{name} {hashlib.sha256(data).hexdigest()}\n" for name, data in sorted(tree.items()))
        sha = hashlib.sha1(f"{parent}\n{ref}\n{listing}".encode()).hexdigest()  # noqa: S324 - as git does
        self.commits[sha], self.refs[ref] = tree, sha
        return sha

    def revision(self, name: str) -> str | None:
        """Return the commit that a name stands for."""
        return self.refs.get(name) or (name if name in self.commits else None)

    def open_discussion(self, title: str, *, is_pull_request: bool) -> dict[str, Any]:
        """Open a discussion or a pull request from the main branch."""
        num = len(self.discussions) + 1
        if is_pull_request:
            self.refs[f"refs/pr/{num}"] = self.refs["main"]
        self.discussions[num] = {
            "num": num, "title": title, "author": {"name": "tester"}, "createdAt": NOW, "status": "open",
            "repo": {"name": self.name, "type": "model"}, "isPullRequest": is_pull_request, "events": [],
            "changes": {"base": "refs/heads/main"}, "filesWithConflicts": [],
        }  # fmt: skip
        return self.discussions[num]

    def is_large(self, name: str) -> bool:
        """Whether a file of this name is stored as a large one, with a SHA-256 in the listing."""
        return name.endswith(_SUFFIXES)


def _comment(discussion: dict[str, Any], text: str, author: str = BOT) -> dict[str, Any]:
    event = {
        "id": webhooks.object_id(f"comment {next(_NUMBERS)}"),
        "type": "comment", "createdAt": NOW, "author": {"name": author},
        "data": {"edited": False, "hidden": False, "latest": {"raw": text}},
    }  # fmt: skip
    discussion["events"].append(event)
    return event


class StandInHub(ThreadingHTTPServer):
    """The server, its repositories, and a count of what was fetched."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories: dict[str, StoredRepository] = {}
        self.objects: dict[str, bytes] = {}
        self.fetches: Counter[str] = Counter()  # bytes by file
        self.requests: list[str] = []
        self.is_broken = False
        self.delays: dict[str, float] = {}  # seconds that an answer takes, by a part of its path
        self.deliveries: webhooks.Deliveries | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def add(self, name: str, files: Mapping[str, bytes], **properties: bool) -> StoredRepository:
        """Create a repository with one commit."""
        repository = self.repositories[name] = StoredRepository(name, **properties)
        repository.commit(files)
        return repository

    def push(self, repository: StoredRepository, num: int, files: Mapping[str, bytes | None]) -> str:
        """Commit to a pull request, say so by a webhook, and return the commit."""
        ref = f"refs/pr/{num}"
        old = repository.refs.get(ref)
        new = repository.commit(files, ref)
        self.deliver(webhooks.push(self.endpoint, repository.name, ref, old, new, repository.refs["main"]))
        return new

    def comment(self, repository: StoredRepository, num: int, text: str, author: str = BOT) -> dict[str, Any]:
        """Add a comment to a discussion, say so by a webhook, and return the comment's event."""
        discussion = repository.discussions[num]
        event = _comment(discussion, text, author)
        is_pull_request = discussion["isPullRequest"]
        self.deliver(
            webhooks.comment(self.endpoint, repository.name, num, event["id"], text, is_pull_request=is_pull_request)
        )
        return event

    def deliver(self, payload: Mapping[str, Any]) -> None:
        """Send a webhook, where one is wanted."""
        if self.deliveries is not None:
            self.deliveries.add(payload)


@contextmanager
def running_hub() -> Iterator[StandInHub]:
    """Run a stand-in hub on a free port of loopback."""
    hub = StandInHub()
    thread = threading.Thread(target=hub.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are sent apart, and a client would wait 40 ms for the second
    server: StandInHub

    def log_message(self, *_: Any) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_HEAD(self) -> None:
        self._answer("HEAD")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def _answer(self, method: str) -> None:
        address = urlsplit(self.path)
        self.query = parse_qs(address.query)
        self.body = self._content()
        self.server.requests.append(f"{method} {address.path}")
        time.sleep(sum(seconds for part, seconds in self.server.delays.items() if part in address.path))
        if self.server.is_broken:
            self._send(b"<html>a captive portal</html>", content_type="text/html")
            return
        for pattern, methods, name in _ROUTES:
            match = re.fullmatch(pattern, address.path)
            if match and method in methods.split():
                getattr(self, name)(*(unquote(part) if part else part for part in match.groups()))
                return
        self._fail(404, "EntryNotFound", "no such route")

    def _content(self) -> bytes:
        """Return the body, which the client sends in chunks where it streams a file."""
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    @property
    def _is_known(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _repository(self, name: str, *, content: bool = False) -> StoredRepository | None:
        repository = self.server.repositories.get(name)
        if repository is None or (repository.private and not self._is_known):
            self._fail(401, "RepoNotFound", "Repository not found")
            return None
        if content and repository.gated and (repository.closed or not self._is_known):
            self._fail(401, "GatedRepo", "Access to this model is restricted")
            return None
        return repository

    def _tree(self, repository: StoredRepository, revision: str) -> tuple[str, dict[str, bytes]] | None:
        sha = repository.revision(revision)
        if sha is None:
            self._fail(404, "RevisionNotFound", "Invalid rev id")
            return None
        return sha, repository.commits[sha]

    def whoami(self) -> None:
        if self._is_known:
            self._json({"type": "user", "name": "tester", "auth": {"type": "access_token"}})
        else:
            self._fail(401, "", "Invalid credentials in Authorization header")

    def model(self, name: str, revision: str | None) -> None:
        repository = self._repository(name)
        place = self._tree(repository, revision or "main") if repository else None
        if repository is None or place is None:
            return
        siblings = [self._sibling(repository, file, data) for file, data in sorted(place[1].items())]
        self._json(
            {"id": name, "sha": place[0], "private": repository.private, "gated": repository.gated,
             "siblings": siblings, "tags": [], "downloads": 0, "likes": 0}
        )  # fmt: skip

    def _sibling(self, repository: StoredRepository, name: str, data: bytes) -> dict[str, Any]:
        entry: dict[str, Any] = {"rfilename": name}
        if self.query.get("blobs"):
            entry |= {"size": len(data), "blobId": hashlib.sha1(data).hexdigest()}  # noqa: S324
            if repository.is_large(name) and not repository.hides_digests:
                digest = hashlib.sha256(data).hexdigest()
                entry["lfs"] = {"sha256": digest, "size": len(data), "pointerSize": 134}
        return entry

    def resolve(self, name: str, revision: str, file: str) -> None:
        repository = self._repository(name, content=True)
        place = self._tree(repository, revision) if repository else None
        if repository is None or place is None:
            return
        sha, tree = place
        if file not in tree:
            self._fail(404, "EntryNotFound", "Entry not found", commit=sha)
            return
        data = tree[file]
        etag = (hashlib.sha256 if repository.is_large(file) else hashlib.sha1)(data).hexdigest()
        headers = {"X-Repo-Commit": sha, "ETag": f'"{etag}"'}
        if self.command == "GET":
            self.server.fetches[file] += len(data)
        self._send(data, headers, "application/octet-stream")

    def validate_yaml(self) -> None:
        """Answer as for a card's front matter without a fault; the hub's own rules are not known here."""
        self._json({"errors": [], "warnings": []})

    def preupload(self, name: str, _revision: str) -> None:
        repository = self._writable(name)
        if repository is None:
            return
        files = json.loads(self.body)["files"]
        modes = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if repository.is_large(file["path"]) or file["size"] > _LARGE else "regular",
                "shouldIgnore": False,
            }
            for file in files
        ]
        self._json({"files": modes})

    def _writable(self, name: str) -> StoredRepository | None:
        if not self._is_known:
            self._fail(401, "", "Invalid credentials in Authorization header")
            return None
        return self._repository(name)

    def commit(self, name: str, revision: str) -> None:
        repository = self._writable(name)
        if repository is None:
            return
        entries = [json.loads(line) for line in self.body.splitlines()]
        header = next(entry["value"] for entry in entries if entry["key"] == "header")
        if header.get("parentCommit") not in (None, *repository.commits):
            self._fail(412, "", "A commit has happened since. Please refresh and try again.")
            return
        files: dict[str, bytes | None] = {}
        for entry in entries:
            value = entry["value"]
            if entry["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "lfsFile":
                files[value["path"]] = self.server.objects[value["oid"]]
            elif entry["key"] == "deletedFile":
                files[value["path"]] = None
        num, ref = None, unquote(revision)
        if self.query.get("create_pr"):
            num = repository.open_discussion(header["summary"], is_pull_request=True)["num"]
            ref = f"refs/pr/{num}"
        old = repository.refs.get(ref)
        sha = repository.commit(files, ref)
        self.server.deliver(webhooks.push(self.server.endpoint, name, ref, old, sha, repository.refs["main"]))
        url = f"{self.server.endpoint}/{name}"
        pull = f"{url}/discussions/{num}" if num else None
        self._json({"commitUrl": f"{url}/commit/{sha}", "commitOid": sha, "pullRequestUrl": pull, "hookOutput": ""})

    def batch(self, name: str) -> None:
        if self._writable(name) is None:
            return
        objects = json.loads(self.body)["objects"]
        actions = [
            entry | {"actions": {"upload": {"href": f"{self.server.endpoint}/objects/{entry['oid']}", "header": {}}}}
            for entry in objects
        ]
        self._json({"transfer": "basic", "objects": actions}, "application/vnd.git-lfs+json")

    def put_object(self, oid: str) -> None:
        self.server.objects[oid] = self.body
        self._send(b"")

    def discussions(self, name: str) -> None:
        repository = self._repository(name)
        if repository is None:
            return
        if self.command == "POST":
            value = json.loads(self.body)
            discussion = repository.open_discussion(value["title"], is_pull_request=bool(value.get("pullRequest")))
            self.server.comment(repository, discussion["num"], value.get("description") or "")
            self._json(discussion)
            return
        entries = list(repository.discussions.values())
        self._json({"discussions": entries, "count": len(entries), "start": 0})

    def discussion(self, name: str, num: str) -> None:
        repository = self._repository(name)
        if repository is not None and int(num) in repository.discussions:
            self._json(repository.discussions[int(num)])
        elif repository is not None:
            self._fail(404, "", "Discussion not found")

    def comment(self, name: str, num: str) -> None:
        repository = self._writable(name)
        if repository is not None:
            self._json({"newMessage": self.server.comment(repository, int(num), json.loads(self.body)["comment"])})

    def edit(self, name: str, num: str, comment: str) -> None:
        repository = self._writable(name)
        if repository is None:
            return
        event = next(entry for entry in repository.discussions[int(num)]["events"] if entry["id"] == comment)
        event["data"] |= {"edited": True, "latest": {"raw": json.loads(self.body)["content"]}}
        self._json({"updatedComment": event})

    def hide(self, name: str, num: str, comment: str) -> None:
        repository = self._writable(name)
        if repository is None:
            return
        event = next(entry for entry in repository.discussions[int(num)]["events"] if entry["id"] == comment)
        event["data"] |= {"hidden": True, "latest": {"raw": "This comment has been hidden"}}
        self._json({"updatedComment": event})

    def _json(self, value: Any, content_type: str = "application/json") -> None:
        self._send(json.dumps(value).encode(), content_type=content_type)

    def _fail(self, status: int, code: str, message: str, commit: str | None = None) -> None:
        headers = {"X-Error-Code": code, "X-Error-Message": message} | ({"X-Repo-Commit": commit} if commit else {})
        self._send(json.dumps({"error": message}).encode(), {k: v for k, v in headers.items() if v}, status=status)

    def _send(
        self,
        data: bytes,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json",
        status: int = 200,
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


_NAME = r"([\w.-]+/[\w.-]+)"
_ROUTES = (
    (r"/api/whoami-v2", "GET", "whoami"),
    (r"/api/validate-yaml", "POST", "validate_yaml"),
    (rf"/api/models/{_NAME}(?:/revision/([^/]+))?", "GET", "model"),
    (rf"/{_NAME}/resolve/([^/]+)/(.+)", "GET HEAD", "resolve"),
    (rf"/api/models/{_NAME}/preupload/([^/]+)", "POST", "preupload"),
    (rf"/api/models/{_NAME}/commit/([^/]+)", "POST", "commit"),
    (rf"/{_NAME}\.git/info/lfs/objects/batch", "POST", "batch"),
    (r"/objects/(\w+)", "PUT", "put_object"),
    (rf"/api/models/{_NAME}/discussions", "GET POST", "discussions"),
    (rf"/api/models/{_NAME}/discussions/(\d+)", "GET", "discussion"),
    (rf"/api/models/{_NAME}/discussions/(\d+)/comment", "POST", "comment"),
    (rf"/api/models/{_NAME}/discussions/(\d+)/comment/(\w+)/edit", "POST", "edit"),
    (rf"/api/models/{_NAME}/discussions/(\d+)/comment/(\w+)/hide", "POST", "hide"),
)
