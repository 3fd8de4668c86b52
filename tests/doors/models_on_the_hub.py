"""Statements about models in repositories of the stand-in hub, with the digests of the files that really lie there."""

import copy
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tests.doors.stand_in_hub import StandInHub, StoredRepository

from dls.document.reader import read
from dls.identity.listing_digests import digests_of_files
from dls.model import ModelFile
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
MODEL = {
    "config.json": b'{"model_type": "llama"}',
    "tokenizer.json": b'{"version": "1.0"}',
    "model.safetensors": b"weights of the student" * 100,
}
CARD = b"---\nlicense: apache-2.0\n---\n# A student\n"


def _name(entry: ModelFile) -> str:
    return entry.name


def members_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the members of a statement that name a model's files."""
    entries = [
        ModelFile(name=name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest()) for name, data in files.items()
    ]
    digests = digests_of_files(entries)
    return {
        "files": [{"name": e.name, "bytes": e.bytes, "sha256": e.sha256} for e in sorted(entries, key=_name)],
        "weights_sha256": digests.weights,
        "reading_sha256": digests.reading,
        "tokenizer_sha256": digests.tokenizer,
    }


def statement_about(name: str, revision: str | None, files: Mapping[str, bytes] = MODEL) -> dict[str, Any]:
    """Return an honest statement about the model in a repository; the teacher lies elsewhere."""
    statement: dict[str, Any] = copy.deepcopy(read(DOCUMENTS / "publisher.yaml").value)
    statement["teacher"] |= {"source": "https://example.org/teacher"}
    statement["student"] |= {"source": f"hf://{name}", "revision": revision, **members_of(files)}
    if revision is None:
        del statement["student"]["revision"]
    return statement


def add_model(
    hub: StandInHub, name: str, files: Mapping[str, bytes] = MODEL, **properties: bool
) -> tuple[StoredRepository, str]:
    """Publish a model, and return its repository and commit."""
    repository = hub.add(name, {"README.md": CARD, **files}, **properties)
    return repository, repository.refs["main"]


def put_statement(repository: StoredRepository, statement: Mapping[str, Any], ref: str = "main") -> str:
    """Commit a statement with its profile."""
    profile = (DOCUMENTS / "profile.yaml").read_bytes()
    base = repository.refs["main"] if ref != "main" else None
    return repository.commit({"dls.json": json.dumps(statement, indent=1).encode(), "profile.yaml": profile}, ref, base)
