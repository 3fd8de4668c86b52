"""The documents of the standard as frozen values; `schema/` is normative and says what each member means."""

from typing import Any, TypeVar

import msgspec

from dls.model.evidence import Check, Manifest, Measured, RecordFile
from dls.model.reproduction import Report, Verdict
from dls.model.statement import (
    Absence,
    Acceptance,
    Claim,
    Evidence,
    Flips,
    Interval,
    Items,
    Loss,
    Model,
    OwnMetric,
    Reading,
    Statement,
    Target,
)

__all__ = [
    "Absence",
    "Acceptance",
    "Check",
    "Claim",
    "Evidence",
    "Flips",
    "Interval",
    "Items",
    "Loss",
    "Manifest",
    "Measured",
    "Model",
    "OwnMetric",
    "Reading",
    "RecordFile",
    "Report",
    "Statement",
    "Target",
    "Verdict",
    "frozen",
]

_Kind = TypeVar("_Kind", Statement, Manifest, Report)


def frozen(value: Any, kind: type[_Kind]) -> _Kind:
    """Return a document's JSON value, which must follow its schema, as a frozen value.

    Raises:
        msgspec.ValidationError: the value does not follow the schema.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return msgspec.convert(value, kind, strict=False)  # to JSON Schema 1.0 is an integer
