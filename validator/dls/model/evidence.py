"""The evidence of claims, as a statement names it."""

from typing import Any, Literal

import msgspec

from dls.model.value import Frozen


class SourceDocument(Frozen, frozen=True):
    """The place of transcribed numbers in a document."""

    title: str
    version: str
    table: str
    row: str
    uri: str | None = None
    retrieved_on: str | None = None


class Evidence(Frozen, frozen=True):
    """One piece of evidence for claims."""

    id: str
    kind: Literal["regenerated", "measured", "transcribed", "claimed"]
    availability: Literal["bundled", "public", "gated", "withheld"]
    measured_on: str | None = None
    path: str | None = None
    uri: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    document: SourceDocument | None = None
    note: str | None = None
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)
