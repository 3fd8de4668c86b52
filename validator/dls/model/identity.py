"""The models of a statement: teacher, student, control, and the members of an ensemble."""

from typing import Any, Literal

import msgspec

from dls.model.terms import Access
from dls.model.value import Frozen


class ModelFile(Frozen, frozen=True):
    """One file of a model."""

    name: str
    sha256: str
    bytes: int | None = None


class Member(Frozen, frozen=True):
    """One member of an ensemble."""

    name: str
    access: Access
    source: str | None = None
    revision: str | None = None
    snapshot: str | None = None
    observed_on: str | None = None
    weights_sha256: str | None = None
    tokenizer_sha256: str | None = None
    identity_note: str | None = None


class Model(Member, frozen=True):
    """A teacher, student or control."""

    files: tuple[ModelFile, ...] = ()
    base: str | None = None
    derivation: tuple[Literal["distilled", "fine_tuned", "quantised", "pruned", "merged", "adapter"], ...] = ()
    format: str | None = None
    dtype: str | None = None
    quantisation: str | None = None
    parameters: int | None = None
    members: tuple[Member, ...] = ()
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)
