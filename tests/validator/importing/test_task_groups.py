"""Each group of public tasks has a row, a metric or a reason, and the mapping gives what the row says."""

from collections import Counter
from pathlib import Path

import pytest

from dls.document.reader import read
from dls.importing.mapping_table import load_mapping
from dls.standard.registry import load_registry
from dls.standard.specification import spec_folder

DATA = Path(__file__).parents[2] / "data"


def rows_of(harness):
    return read(spec_folder() / "mappings" / f"{harness}-groups.yaml").value["rows"]


def names_of(file):
    """Return the parts of each line of a list that a script in tools/ wrote, by group."""
    lines = [line.partition(":") for line in (DATA / file).read_text().splitlines()]
    return {group: [part.replace(",", " ").split() for part in rest.split(":")] for group, _, rest in lines}


METRICS = {group: parts[0] for group, parts in names_of("lm_eval_groups.txt").items()}  # by tools/lm_eval_groups.py
INSPECT = names_of("inspect_groups.txt")  # tasks and scorers, by tools/inspect_groups.py
ROWS = {"lm-eval": rows_of("lm-eval"), "inspect": rows_of("inspect")}
OF_GROUP = {harness: {group: row for row in rows for group in row["groups"]} for harness, rows in ROWS.items()}
FOREIGN = {
    harness: {group: row for group, row in groups.items() if row.get("dimension") not in (None, "headline")}
    for harness, groups in OF_GROUP.items()
}
HARNESS_NAMES = {
    "accuracy": "acc", "exact_match": "exact_match", "pass_at_1": "pass@1",
    "instruction_compliance": "prompt_level_strict_acc",
}  # fmt: skip
SCORERS = {"accuracy": "choice", "exact_match": "match"}
TASKS = {"longbench": "longbench_hotpotqa"}


@pytest.mark.parametrize(("harness", "groups"), [("lm-eval", METRICS), ("inspect", INSPECT)])
def test_each_group_stands_once(harness, groups):
    assert Counter(group for row in ROWS[harness] for group in row["groups"]) == Counter(groups.keys())


@pytest.mark.parametrize("metric", HARNESS_NAMES)
def test_the_mapping_of_lm_eval_gives_the_metric_of_the_row(metric):
    table, name = load_mapping("lm-eval"), HARNESS_NAMES[metric]
    groups = [group for group, row in OF_GROUP["lm-eval"].items() if row.get("metric") == metric]
    assert groups
    assert {table.row(group, name, "none").to for group in groups} == {metric}
    silent = [group for group in groups if METRICS[group] and name not in METRICS[group]]
    assert silent == []  # a group whose task files name other metrics alone


@pytest.mark.parametrize("metric", SCORERS)
def test_the_mapping_of_inspect_gives_the_metric_of_the_row(metric):
    table, name = load_mapping("inspect"), SCORERS[metric]
    groups = [group for group, row in OF_GROUP["inspect"].items() if row.get("metric") == metric]
    assert groups
    assert all(name in INSPECT[group][1] for group in groups)
    tasks = [f"inspect_evals/{task}" for group in groups for task in INSPECT[group][0]]
    assert {table.row(task, name, "mean").to for task in tasks} == {metric}


@pytest.mark.parametrize("group", FOREIGN["lm-eval"])
def test_the_mapping_of_lm_eval_gives_the_dimension_of_the_row(group):
    table = load_mapping("lm-eval")
    rows = [table.row(TASKS.get(group, group), metric, "none") for metric in METRICS[group] or ["score"]]
    assert {row.dimension for row in rows} == {FOREIGN["lm-eval"][group]["dimension"]}
    assert {row.to for row in rows} == {None}


@pytest.mark.parametrize("group", FOREIGN["inspect"])
def test_the_mapping_of_inspect_gives_the_dimension_of_the_row(group):
    table, (tasks, scorers) = load_mapping("inspect"), INSPECT[group]
    assert tasks
    rows = [table.row(task, scorer, "mean") for task in tasks for scorer in scorers or ["score"]]
    assert {row.dimension for row in rows} == {FOREIGN["inspect"][group]["dimension"]}
    assert {row.to for row in rows} == {None}


@pytest.mark.parametrize("group", [name for name, row in OF_GROUP["inspect"].items() if "reason" in row])
def test_a_group_with_a_reason_has_neither_a_direction_nor_a_registered_metric(group):
    table, (tasks, scorers) = load_mapping("inspect"), INSPECT[group]
    rows = [table.row(task, scorer, "mean") for task in tasks for scorer in [*scorers, "choice", "match"]]
    assert {(row.to, row.direction) for row in rows} == {(None, "neutral")}


def test_a_row_of_a_harmful_task_takes_no_direction_from_the_log():
    table = load_mapping("inspect")
    tasks = [task for name, row in OF_GROUP["inspect"].items() if row.get("dimension") == "safety"
             for task in INSPECT[name][0]]  # fmt: skip
    assert {table.row(task, "choice", "mean").direction for task in tasks} == {"neutral"}


@pytest.mark.parametrize("harness", ROWS)
def test_a_row_names_a_registered_metric_its_own_or_a_reason(harness):
    metrics = load_registry().metrics
    for row in ROWS[harness]:
        assert ("reason" in row) != ("metric" in row)
        if row.get("metric", "own") != "own":
            assert metrics[row["metric"]].dimension == row["dimension"]
