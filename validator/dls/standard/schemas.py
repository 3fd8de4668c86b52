"""The JSON Schemas, and the kind of a document. Nothing is ever fetched."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from dls.standard.numbers import VERSION

Kind = Literal["statement", "scenario", "evidence", "reproduction"]

VERSION_KEYS: dict[str, Kind] = {
    "dls_version": "statement",
    "dls_scenario": "scenario",
    "dls_evidence": "evidence",
    "dls_reproduction": "reproduction",
}
_PACKAGE = Path(__file__).parents[1]
KIND_NAMES: dict[Kind, str] = {
    "statement": "a statement",
    "scenario": "a profile",
    "evidence": "an evidence manifest",
    "reproduction": "a reproduction report",
}


def schema_folder() -> Path:
    """Return the folder of the schemas of this version: inside the wheel, or in the checkout of an editable install."""
    wheel = _PACKAGE / "_schema"
    return (wheel if wheel.is_dir() else _PACKAGE.parents[1] / "schema") / VERSION


def kind_of(value: Any) -> Kind | None:
    """Return a document's kind by its version key; None where it has none of the four keys."""
    keys = value if isinstance(value, dict) else {}
    return next((kind for key, kind in VERSION_KEYS.items() if key in keys), None)


@cache
def schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of a kind of document."""
    return msgspec.json.decode((schema_folder() / f"{kind}.schema.json").read_bytes(), type=dict[str, Any])
