"""An in-toto Statement v1 about the student; its predicate is the statement, whole.

A subject is known by its digest alone. Where the student has none, the statement itself is the subject.
"""

import re
from collections.abc import Mapping
from typing import Any

from dls.exporting.carried_members import CarriedMembers, Export
from dls.judging.context import core_digest
from dls.version import BASE_URI

PREDICATE_TYPE = f"{BASE_URI}1.0/statement"
TYPE = "https://in-toto.io/Statement/v1"


class _Everything(CarriedMembers):
    """All members."""

    __slots__ = ()

    def lost(self, statement: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 - the signature of all formats
        """Return nothing."""
        return []


def document(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attestation of a statement; the teacher is a resource descriptor in the predicate, no subject."""
    student, teacher = (_descriptor(statement[arm]) for arm in ("student", "teacher"))
    itself = {"name": statement["id"], "digest": {"sha256": core_digest(statement)}}
    return {
        "_type": TYPE,
        "subject": [student if "digest" in student else itself],
        "predicateType": PREDICATE_TYPE,
        "predicate": {"statement": dict(statement), "teacher": teacher},
    }


def members(value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the statement as one member, under an empty path."""
    return {"": value["predicate"]["statement"]}, {}


def _descriptor(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return name and digest of a model: that of its weights, otherwise the commit of its repository."""
    revision = model.get("revision", "")
    if "weights_sha256" in model:
        return {"name": model["name"], "digest": {"sha256": model["weights_sha256"]}}
    if re.fullmatch(r"[0-9a-f]{40}", revision):
        return {"name": model["name"], "digest": {"gitCommit": revision}}
    return {"name": model["name"]}


IN_TOTO = Export("in-toto", _Everything(statement=(), claim=()), document, members)
