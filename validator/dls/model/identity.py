"""The identity of a model: the files that its loading may read, and the digests that name it."""

from typing import Any, Literal

import msgspec

from dls.model.terms import Access
from dls.model.value import Frozen

Derivation = Literal["distilled", "fine_tuned", "quantised", "pruned", "merged", "adapter"]


class ModelFile(Frozen, frozen=True):
    """One file that the loading of a model may read.

    ``value_sha256`` is there for a JSON file beside the weights: the digest of its value without the members that
    saving again rewrites.
    """

    name: str
    bytes: int
    sha256: str
    value_sha256: str | None = None


class Adapter(Frozen, frozen=True):
    """An adapter on the model's weights, with digests of its own."""

    weights_sha256: str
    reading_sha256: str
    tensors_sha256: str
    files: tuple[ModelFile, ...] = ()


class ModelIdentity(Frozen, frozen=True):
    """The identity of one model as it was measured.

    Attributes:
        files: every file that its loading may read, sorted by name.
        weights_sha256: SHA-256 over the sorted lines ``<sha256>  <file>`` of the weight files.
        reading_sha256: the same over all other files.
        tokenizer_sha256: the same over the tokenizer's files and chat templates alone.
        tensors_sha256: of the stored tensors, the same under any division into files.
        adapter: on these weights.
        format: of the weight files, `safetensors` or `gguf`.
        dtype: of the stored weights.
        quantisation: their scheme; None where they are not quantised.
        unused: the stored tensors that the architecture itself leaves unused, sorted by name.
        source, snapshot: the address and the dated name of a model behind a server.

    """

    files: tuple[ModelFile, ...] = ()
    weights_sha256: str | None = None
    reading_sha256: str | None = None
    tokenizer_sha256: str | None = None
    tensors_sha256: str | None = None
    adapter: Adapter | None = None
    format: str | None = None
    dtype: str | None = None
    quantisation: str | None = None
    unused: tuple[str, ...] = ()
    source: str | None = None
    snapshot: str | None = None


class Member(Frozen, frozen=True):
    """One member of an ensemble."""

    name: str
    access: Access
    source: str | None = None
    revision: str | None = None
    snapshot: str | None = None
    observed_on: str | None = None
    weights_sha256: str | None = None
    reading_sha256: str | None = None
    tokenizer_sha256: str | None = None
    tensors_sha256: str | None = None
    identity_note: str | None = None


class Model(Member, frozen=True):
    """A teacher, student or control."""

    files: tuple[ModelFile, ...] = ()
    adapter: Adapter | None = None
    base: str | None = None
    derivation: tuple[Derivation, ...] = ()
    format: str | None = None
    dtype: str | None = None
    quantisation: str | None = None
    parameters: int | None = None
    members: tuple[Member, ...] = ()
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)
