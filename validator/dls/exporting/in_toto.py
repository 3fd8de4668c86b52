"""An in-toto Statement v1 about the student; its predicate is the statement, whole."""

from collections.abc import Mapping
from typing import Any

from dls.errors import DlsError
from dls.exporting.carried_members import CarriedMembers, Export
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
    """Return the attestation of a statement; the teacher is a resource descriptor in the predicate, no subject.

    Raises:
        DlsError: the student has no digest of its weights, by which a subject is known.
    """
    student, teacher = statement["student"], statement["teacher"]
    if "weights_sha256" not in student:
        raise DlsError("the student has no weights_sha256, and a subject of in-toto is known by its digest alone")
    return {
        "_type": TYPE,
        "subject": [{"name": student["name"], "digest": {"sha256": student["weights_sha256"]}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {"statement": dict(statement), "teacher": _descriptor(teacher)},
    }


def members(value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the statement as one member, under an empty path."""
    return {"": value["predicate"]["statement"]}, {}


def _descriptor(model: Mapping[str, Any]) -> dict[str, Any]:
    descriptor: dict[str, Any] = {"name": model["name"]}
    if "weights_sha256" in model:
        descriptor["digest"] = {"sha256": model["weights_sha256"]}
    return descriptor


IN_TOTO = Export("in-toto", _Everything(statement=(), claim=()), document, members)
