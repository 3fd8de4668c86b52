"""SPDX 3.0.1 with the AI profile: two AI packages, of which the student descends from the teacher."""

from collections.abc import Mapping, Sequence
from typing import Any

from dls.exporting.carried_members import CarriedMembers, Export, number_text, text_number

_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_ARMS = ("teacher", "student")
_PARTS = ("value", "interval/low", "interval/high")
TABLE = CarriedMembers(
    statement=(
        *("id", "issued", "limits", "issuer/name", "scenario/intended_use", "scenario/profile"),
        *(f"{arm}/{name}" for arm in _ARMS for name in ("name", "revision", "weights_sha256", "source")),
    ),
    claim=("id", "metric", "outcome", *(f"{arm}/{part}" for arm in (*_ARMS, "loss") for part in _PARTS)),
)


def document(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document; every number in it is a text, as the schema asks."""
    base = f"urn:spdx.dev:{statement['id'].rsplit(':', 1)[-1]}"
    day = f"{statement['issued']}T00:00:00Z"
    common = {"creationInfo": "_:creation"}
    issuer = {"type": "Organization", "spdxId": f"{base}#issuer", "name": statement["issuer"]["name"], **common}
    packages = [_package(statement, arm, base, day) | common for arm in _ARMS]
    packages[1] |= _of_student(statement)
    return {
        "@context": _CONTEXT,
        "@graph": [
            {
                "type": "CreationInfo",
                "@id": "_:creation",
                "created": day,
                "createdBy": [issuer["spdxId"]],
                "specVersion": "3.0.1",
                "comment": statement["id"],
            },
            issuer,
            {
                "type": "SpdxDocument",
                "spdxId": f"{base}#document",
                "profileConformance": ["core", "software", "ai"],
                "rootElement": [packages[1]["spdxId"]],
                **common,
            },
            *packages,
            {
                "type": "Relationship",
                "spdxId": f"{base}#descent",
                "relationshipType": "descendantOf",
                "from": packages[1]["spdxId"],
                "to": [packages[0]["spdxId"]],
                **common,
            },
        ],
    }


def _package(statement: Mapping[str, Any], arm: str, base: str, day: str) -> dict[str, Any]:
    model = statement[arm]
    package: dict[str, Any] = {
        "type": "ai_AIPackage",
        "spdxId": f"{base}#{arm}",
        "name": model["name"],
        "software_packageVersion": model.get("revision", "unknown"),
        "software_primaryPurpose": "model",
        "suppliedBy": f"{base}#issuer",
        "releaseTime": day,
    }
    if "source" in model:
        package["software_downloadLocation"] = model["source"]
    if "weights_sha256" in model:
        package["verifiedUsing"] = [{"type": "Hash", "algorithm": "sha256", "hashValue": model["weights_sha256"]}]
    return package


def _of_student(statement: Mapping[str, Any]) -> dict[str, Any]:
    scenario, rows = statement["scenario"], TABLE.of_claims(statement)
    entries = [
        {"type": "DictionaryEntry", "key": f"{path} {row['metric']} {name}", "value": _text(row[path])}
        for name, row in rows.items()
        for path in row
        if path not in ("id", "metric")
    ]
    return {
        "ai_domain": [scenario["profile"]],
        "ai_informationAboutApplication": scenario["intended_use"],
        "ai_limitation": statement["limits"],
        **({"ai_metric": entries} if entries else {}),
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else number_text(value)


def members(value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the members that come back from such a document."""
    elements = value["@graph"]
    creation, issuer = elements[0], elements[1]
    teacher, student = (element for element in elements if element["type"] == "ai_AIPackage")
    statement = {
        "id": creation["comment"],
        "issued": creation["created"][:10],
        "limits": student["ai_limitation"],
        "issuer/name": issuer["name"],
        "scenario/intended_use": student["ai_informationAboutApplication"],
        "scenario/profile": student["ai_domain"][0],
        **_identity("teacher", teacher),
        **_identity("student", student),
    }
    return statement, _claims(student.get("ai_metric", []))


def _identity(arm: str, package: Mapping[str, Any]) -> dict[str, Any]:
    revision, hashes = package["software_packageVersion"], package.get("verifiedUsing", [])
    parts = {
        "name": package["name"],
        "source": package.get("software_downloadLocation"),
        "revision": None if revision == "unknown" else revision,
        "weights_sha256": hashes[0]["hashValue"] if hashes else None,
    }
    return {f"{arm}/{name}": part for name, part in parts.items() if part is not None}


def _claims(entries: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    claims: dict[str, dict[str, Any]] = {}
    for entry in entries:
        path, metric, name = entry["key"].split(" ")
        row = claims.setdefault(name, {"id": name, "metric": metric})
        row[path] = entry["value"] if path == "outcome" else text_number(entry["value"])
    return claims


SPDX = Export("spdx", TABLE, document, members)
