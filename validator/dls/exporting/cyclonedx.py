"""CycloneDX 1.6 and 1.7: a bill of materials with the student as a machine-learning model, its teacher as ancestor."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from dls.exporting.carried_members import CarriedMembers, Export, number_text, text_number

_ARMS = ("teacher", "student", "loss")
TABLE = CarriedMembers(
    statement=(
        *("id", "issued", "limits", "scenario/intended_use", "scenario/out_of_scope"),
        *(f"{arm}/{name}" for arm in ("teacher", "student") for name in ("name", "revision", "weights_sha256")),
    ),
    claim=(
        *("id", "metric", "outcome"),
        *(f"{arm}/{path}" for arm in _ARMS for path in ("value", "interval/low", "interval/high")),
    ),
)
_PREFIX = "dls:"


def document(statement: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Return the bill of materials of a statement; every number in it is a text, as the schema asks."""
    rows = TABLE.of_claims(statement)
    student = _component(statement["student"])
    student["pedigree"] = {"ancestors": [_component(statement["teacher"])]}
    student["modelCard"] = {
        "quantitativeAnalysis": {
            "performanceMetrics": [
                _performance(name, row, arm) for name, row in rows.items() for arm in _ARMS if f"{arm}/value" in row
            ]
        },
        "considerations": {
            "useCases": [statement["scenario"]["intended_use"]],
            "technicalLimitations": [statement["limits"], statement["scenario"]["out_of_scope"]],
        },
        "properties": [{"name": f"{_PREFIX}outcome:{name}", "value": row["outcome"]} for name, row in rows.items()],
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, statement['id'])}",
        "version": statement["revision"],
        "metadata": {
            "timestamp": f"{statement['issued']}T00:00:00Z",
            "properties": [{"name": f"{_PREFIX}id", "value": statement["id"]}],
        },
        "components": [student],
    }


def members(value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the members that come back from such a document: of the statement, and of the claims by id."""
    student, metadata = value["components"][0], value["metadata"]
    card, teacher = student["modelCard"], student["pedigree"]["ancestors"][0]
    considerations = card["considerations"]
    statement = {
        "id": metadata["properties"][0]["value"],
        "issued": metadata["timestamp"][:10],
        "limits": considerations["technicalLimitations"][0],
        "scenario/intended_use": considerations["useCases"][0],
        "scenario/out_of_scope": considerations["technicalLimitations"][1],
        **_identity("teacher", teacher),
        **_identity("student", student),
    }
    claims: dict[str, dict[str, Any]] = {}
    for entry in card["quantitativeAnalysis"]["performanceMetrics"]:
        arm, metric = entry["type"].removeprefix(_PREFIX).split(":", 1)
        row = claims.setdefault(entry["slice"], {"id": entry["slice"], "metric": metric})
        row[f"{arm}/value"] = text_number(entry["value"])
        ends = entry.get("confidenceInterval", {})
        bounds = (("low", "lowerBound"), ("high", "upperBound"))
        row |= {f"{arm}/interval/{end}": text_number(ends[bound]) for end, bound in bounds if ends}
    for entry in card["properties"]:
        claims[entry["name"].removeprefix(f"{_PREFIX}outcome:")]["outcome"] = entry["value"]
    return statement, claims


def _component(model: Mapping[str, Any]) -> dict[str, Any]:
    component: dict[str, Any] = {"type": "machine-learning-model", "name": model["name"]}
    if "revision" in model:
        component["version"] = model["revision"]
    if "weights_sha256" in model:
        component["hashes"] = [{"alg": "SHA-256", "content": model["weights_sha256"]}]
    return component


def _identity(arm: str, component: Mapping[str, Any]) -> dict[str, Any]:
    hashes = component.get("hashes", [])
    parts = {
        "name": component["name"],
        "revision": component.get("version"),
        "weights_sha256": hashes[0]["content"] if hashes else None,
    }
    return {f"{arm}/{name}": part for name, part in parts.items() if part is not None}


def _performance(name: str, row: Mapping[str, Any], arm: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": f"{_PREFIX}{arm}:{row['metric']}",
        "value": number_text(row[f"{arm}/value"]),
        "slice": name,
    }
    if f"{arm}/interval/low" in row:
        entry["confidenceInterval"] = {
            "lowerBound": number_text(row[f"{arm}/interval/low"]),
            "upperBound": number_text(row[f"{arm}/interval/high"]),
        }
    return entry


CYCLONEDX_16 = Export("cyclonedx-1.6", TABLE, partial(document, version="1.6"), members)
CYCLONEDX_17 = Export("cyclonedx", TABLE, partial(document, version="1.7"), members)
