"""The key of a model, from which the seed of its items follows."""

from collections.abc import Sequence

import msgspec

from dls.canonical import canonical_json, sha256_hex
from dls.model import Member, Model, ModelIdentity


class ModelKey(msgspec.Struct, frozen=True):
    """The key of a model, and whether it is a declaration: others cannot take a digest of its tensors."""

    sha256: str
    is_declared: bool


def model_key(model: Member | ModelIdentity) -> ModelKey | None:
    r"""Return the key of a model; None where it has neither a digest of its tensors nor the name of a snapshot.

    The key is the digest of the stored tensors. With an adapter it is the SHA-256 of ``base\nadapter\n``, the two
    digests. For a model behind a server it is the SHA-256 of the RFC 8785 object of its ``source``, ``snapshot`` and
    ``tokenizer``, the digest of the tokenizer's files; null stands for an absent one. For an ensemble it is the SHA-256
    of its members' keys in their order, each with a line feed at its end.

    The key of a model behind a server is declared, also where it states a digest of tensors.
    """
    if isinstance(model, Model) and model.members:
        return _ensemble_key(model.members)
    if model.tensors_sha256 is None:
        return None if model.snapshot is None else ModelKey(_declared_sha256(model), is_declared=True)
    adapter = model.adapter if isinstance(model, Model | ModelIdentity) else None
    if adapter is None:
        return ModelKey(model.tensors_sha256, _is_behind_a_server(model))
    pair = f"{model.tensors_sha256}\n{adapter.tensors_sha256}\n"
    return ModelKey(sha256_hex(pair.encode()), _is_behind_a_server(model))


def _is_behind_a_server(model: Member | ModelIdentity) -> bool:
    has_weights = isinstance(model, Member) and model.access == "white_box"
    return not has_weights and model.snapshot is not None


def _ensemble_key(members: Sequence[Member]) -> ModelKey | None:
    keys = [key for member in members if (key := model_key(member))]
    if len(keys) < len(members):
        return None
    digest = sha256_hex("".join(f"{key.sha256}\n" for key in keys).encode())
    return ModelKey(digest, is_declared=any(key.is_declared for key in keys))


def _declared_sha256(model: Member | ModelIdentity) -> str:
    value = {"source": model.source, "snapshot": model.snapshot, "tokenizer": model.tokenizer_sha256}
    return sha256_hex(canonical_json(value))
