"""The digest of the prompts that a model was asked, by their token ids."""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from dls_probes.engine.encoding import Key
from dls_probes.engine.scheduler import ItemRequest
from dls_probes.requests import Scored


def prompts_sha256(requests: Sequence[ItemRequest], keys: Iterable[Key | Exception | Scored]) -> str:
    """Return the SHA-256 over a line for each request: the JSON array of its item's id, its kind and its token ids.

    A request that cannot be encoded has the name of its error in place of the ids.
    """
    digest = hashlib.sha256()
    for (item, _), key in zip(requests, keys, strict=True):
        content = (key[0], key[1].tokens) if isinstance(key, tuple) else (type(key).__name__, ())
        digest.update(msgspec.json.encode((item, *content)) + b"\n")
    return digest.hexdigest()
