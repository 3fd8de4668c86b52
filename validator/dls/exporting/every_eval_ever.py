"""Every Eval Ever 0.3.0: a record of the student's values; one record is about one model."""

from collections.abc import Mapping
from typing import Any

from dls.exporting.carried_members import CarriedMembers, Export
from dls.standard.registry import load_registry, metric_of_card_registry
from dls.version import __version__

SCHEMA = "0.3.0"
_RELATIONS = {"publisher": "first_party", "third_party": "third_party"}


def _direction(statement: Mapping[str, Any], name: str) -> str:
    entry = load_registry().metrics.get(name)
    definitions = {entry["id"]: entry["direction"] for entry in statement.get("metrics", [])}
    return entry.direction if entry is not None else str(definitions.get(name))


def _metric_id(name: str) -> str:
    """Return the id in the eval-card-registry of the same metric, otherwise our own."""
    entry = load_registry().metrics.get(name)
    return (entry.card_registry_id if entry else None) or name


def _has_two_valued_direction(statement: Mapping[str, Any], claim: Mapping[str, Any]) -> bool:
    return _direction(statement, claim["metric"]) in ("higher", "lower")


TABLE = CarriedMembers(
    statement=("id", "issuer/name", "student/name"),
    claim=(
        *("id", "metric", "on/dataset", "student/value", "student/n"),
        *("student/interval/low", "student/interval/high", "student/interval/level", "student/interval/method"),
    ),
    accepts=_has_two_valued_direction,
)
_INTERVAL = {"low": "lower", "high": "upper", "level": "confidence_level", "method": "method"}
_NO_DATASET = "items of a probe"


def document(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record; its `evaluation_id` is the statement's id."""
    student = statement["student"]
    availability = "open_weights" if student.get("access") == "white_box" else "unknown"
    return {
        "schema_version": SCHEMA,
        "evaluation_id": statement["id"],
        "retrieved_timestamp": statement["issued"],
        "source_metadata": {
            "source_type": "evaluation_run",
            "source_organization_name": statement["issuer"]["name"],
            "evaluator_relationship": _RELATIONS[statement["issuer"]["role"]],
        },
        "eval_library": {"name": "distillation-loss-statement", "version": __version__},
        "model_info": {
            "name": student["name"],
            "id": student["name"],
            "additional_details": {"deployment_type": "unknown", "model_availability": availability},
        },
        "evaluation_results": [_result(statement, name, row) for name, row in TABLE.of_claims(statement).items()],
    }


def _result(statement: Mapping[str, Any], name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    interval = {name: row[f"student/interval/{member}"] for member, name in _INTERVAL.items() if _has(row, member)}
    uncertainty = {
        **({"confidence_interval": interval} if interval else {}),
        **({"num_samples": row["student/n"]} if "student/n" in row else {}),
    }
    return {
        "evaluation_result_id": name,
        "evaluation_name": name,
        "source_data": {"dataset_name": row.get("on/dataset", _NO_DATASET), "source_type": "other"},
        "metric_config": {
            "metric_id": _metric_id(row["metric"]),
            "lower_is_better": _direction(statement, row["metric"]) == "lower",
        },
        "score_details": {
            "score": row["student/value"],
            **({"uncertainty": uncertainty} if uncertainty else {}),
        },
    }


def _has(row: Mapping[str, Any], member: str) -> bool:
    return f"student/interval/{member}" in row


def members(value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the members that come back from a record."""
    statement = {
        "id": value["evaluation_id"],
        "issuer/name": value["source_metadata"]["source_organization_name"],
        "student/name": value["model_info"]["name"],
    }
    return statement, {entry["evaluation_result_id"]: _claim(entry) for entry in value["evaluation_results"]}


def _claim(entry: Mapping[str, Any]) -> dict[str, Any]:
    dataset, uncertainty = entry["source_data"]["dataset_name"], entry["score_details"].get("uncertainty", {})
    interval = uncertainty.get("confidence_interval", {})
    members = {
        "id": entry["evaluation_result_id"],
        "metric": metric_of_card_registry(name := entry["metric_config"]["metric_id"]) or name,
        "on/dataset": None if dataset == _NO_DATASET else dataset,
        "student/value": entry["score_details"]["score"],
        "student/n": uncertainty.get("num_samples"),
        **{f"student/interval/{member}": interval.get(name) for member, name in _INTERVAL.items()},
    }
    return {name: member for name, member in members.items() if member is not None}


EVERY_EVAL_EVER = Export("eee", TABLE, document, members)
