"""The two forms of results on the Hub: `model-index` of a model card, and the entries of `.eval_results`."""

from collections.abc import Mapping
from typing import Any

from dls.errors import DlsError
from dls.exporting.carried_members import CarriedMembers, Export

_ON = ("dataset", "config", "split", "revision")
MODEL_INDEX_TABLE = CarriedMembers(
    statement=("student/name",),
    claim=("id", "metric", *(f"on/{name}" for name in _ON), "student/value"),
    needs=("student/value", "on/dataset"),
)
EVAL_RESULTS_TABLE = CarriedMembers(
    statement=("issued",),
    claim=("id", "metric", "on/dataset", "on/revision", "student/value"),
    needs=("student/value", "on/dataset"),
)


def _rows(table: CarriedMembers, statement: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the claims that a form of the Hub carries.

    Raises:
        DlsError: none of them names a data set.
    """
    rows = table.of_claims(statement)
    if not rows:
        raise DlsError("no claim of the statement has the student's value on a data set; a probe's items are none")
    return rows


def model_index(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return the front matter of a card with the student's values on data sets.

    Raises:
        DlsError: there are none.
    """
    results = [
        {
            "task": {"type": "other"},
            "dataset": {
                "name": row["on/dataset"],
                "type": row["on/dataset"],
                **{name: row[f"on/{name}"] for name in _ON[1:] if f"on/{name}" in row},
            },
            "metrics": [{"type": row["metric"], "value": row["student/value"], "name": name}],
        }
        for name, row in _rows(MODEL_INDEX_TABLE, statement).items()
    ]
    return {"model-index": [{"name": statement["student"]["name"], "results": results}]}


def model_index_members(value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the members that come back from a model-index."""
    entry = value["model-index"][0]
    claims = {
        result["metrics"][0]["name"]: {
            "id": result["metrics"][0]["name"],
            "metric": result["metrics"][0]["type"],
            "on/dataset": result["dataset"]["name"],
            **{f"on/{name}": result["dataset"][name] for name in _ON[1:] if name in result["dataset"]},
            "student/value": result["metrics"][0]["value"],
        }
        for result in entry["results"]
    }
    return {"student/name": entry["name"]}, claims


def eval_results(statement: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of an `.eval_results` file; metric and claim stand in the task and in the notes.

    Raises:
        DlsError: no claim has the student's value on a data set.
    """
    return [
        {
            "dataset": {
                "id": row["on/dataset"],
                "task_id": row["metric"],
                **({"revision": row["on/revision"]} if "on/revision" in row else {}),
            },
            "value": row["student/value"],
            "date": statement["issued"],
            "notes": name,
        }
        for name, row in _rows(EVAL_RESULTS_TABLE, statement).items()
    ]


def eval_results_members(value: list[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the members that come back from an `.eval_results` file."""
    claims = {
        entry["notes"]: {
            "id": entry["notes"],
            "metric": entry["dataset"]["task_id"],
            "on/dataset": entry["dataset"]["id"],
            **({"on/revision": entry["dataset"]["revision"]} if "revision" in entry["dataset"] else {}),
            "student/value": entry["value"],
        }
        for entry in value
    }
    return {"issued": value[0]["date"]}, claims


MODEL_INDEX = Export("model-index", MODEL_INDEX_TABLE, model_index, model_index_members)
EVAL_RESULTS = Export("eval-results", EVAL_RESULTS_TABLE, eval_results, eval_results_members)
