"""Each group of tasks of lm-evaluation-harness has a row: a metric in a dimension, or a reason."""

from collections import Counter
from pathlib import Path

import pytest

from dls.document.reader import read
from dls.importing.mapping_table import load_mapping
from dls.standard.registry import load_registry
from dls.standard.specification import spec_folder

NAMES = Path(__file__).parents[2] / "data" / "lm_eval_groups.txt"  # written by tools/lm_eval_groups.py
METRICS = {
    line.partition(":")[0]: line.partition(":")[2].replace(",", " ").split() for line in NAMES.read_text().splitlines()
}
ROWS = read(spec_folder() / "mappings" / "lm-eval-groups.yaml").value["rows"]
OF_GROUP = {group: row for row in ROWS for group in row["groups"]}
FOREIGN = {group: row for group, row in OF_GROUP.items() if row.get("dimension") not in (None, "headline")}
HARNESS_NAMES = {
    "accuracy": "acc", "exact_match": "exact_match", "pass_at_1": "pass@1",
    "instruction_compliance": "prompt_level_strict_acc",
}  # fmt: skip
TASKS = {"longbench": "longbench_hotpotqa"}


def test_each_group_stands_once():
    assert Counter(group for row in ROWS for group in row["groups"]) == Counter(METRICS.keys())


@pytest.mark.parametrize("metric", HARNESS_NAMES)
def test_the_mapping_gives_the_metric_of_the_row(metric):
    table, name = load_mapping("lm-eval"), HARNESS_NAMES[metric]
    groups = [group for group, row in OF_GROUP.items() if row.get("metric") == metric]
    assert groups
    assert {table.row(group, name, "none").to for group in groups} == {metric}
    silent = [group for group in groups if METRICS[group] and name not in METRICS[group]]
    assert silent == []  # a group whose task files name other metrics alone


@pytest.mark.parametrize("group", FOREIGN)
def test_the_mapping_gives_the_dimension_of_the_row(group):
    table = load_mapping("lm-eval")
    rows = [table.row(TASKS.get(group, group), metric, "none") for metric in METRICS[group] or ["score"]]
    assert {row.dimension for row in rows} == {FOREIGN[group]["dimension"]}
    assert {row.to for row in rows} == {None}


def test_a_row_names_a_registered_metric_its_own_or_a_reason():
    metrics = load_registry().metrics
    for row in ROWS:
        assert ("reason" in row) != ("metric" in row)
        if row.get("metric", "own") != "own":
            assert metrics[row["metric"]].dimension == row["dimension"]
