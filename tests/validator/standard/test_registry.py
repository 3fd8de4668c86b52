"""The registry is complete, closed in itself, and light."""

import ast
import subprocess
import sys

import pytest
from simulations import influences

from dls.errors import DlsError
from dls.metrics.formulas import CONTRIBUTIONS
from dls.standard.registry import BY_PROBE, DIMENSIONS, READINGS, as_json, inequalities, load_registry, metric, metrics
from dls.standard.specification import spec_folder

FLIPS = {"flips_lost": (0.1, 0.1), "flips_gained": (0.02, 0.02), "teacher.accuracy": (0.9, 0.9)}
INTERVALS = {"tango_corrected", "clopper_pearson", "bounded_mean", "bounded_influence", "bca"}


def test_the_json_is_made_from_the_yaml():
    text = (spec_folder() / "metrics.yaml").read_bytes()
    assert (spec_folder() / "metrics.json").read_bytes() == as_json(text), "run: python -m dls.standard.registry"


def test_an_id_stands_once():
    assert len(load_registry().metrics) == len({entry.id for entry in metrics()})


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_has_a_primary_metric(dimension):
    assert any(entry.primary for entry in metrics() if entry.dimension == dimension)


@pytest.mark.parametrize("entry", metrics(), ids=lambda entry: entry.id)
def test_an_entry_names_only_existing_metrics_and_methods(entry):
    assert entry.dimension in (*DIMENSIONS, *READINGS, BY_PROBE)
    assert {entry.interval, entry.value_interval} <= INTERVALS
    assert entry.twin is None or entry.twin in load_registry().metrics
    assert set(entry.obeys) <= set(load_registry().inequalities)
    assert (entry.target is None) == (entry.direction != "target")


@pytest.mark.parametrize("value", [0.5, 0.01, -0.2, 12.0, 0.0, 0.00999, -1e-5])
def test_a_number_close_to_zero_has_two_more_decimals(value):
    entry = metric("accuracy")
    assert entry.digits(value) == (6 if value in (0.00999, -1e-5) else 4)
    assert entry.unit_at(value, value / 2) == pytest.approx(10.0 ** -entry.digits(value))


@pytest.mark.parametrize("entry", [entry for entry in metrics() if entry.primary], ids=lambda entry: entry.id)
def test_a_primary_metric_is_bounded_and_has_an_interval_without_blind_spots(entry):
    assert entry.kind in {"bounded_mean", "proportion"}
    assert entry.interval in {"bounded_mean", "tango_corrected"}


@pytest.mark.parametrize(
    "entry",
    [entry for entry in metrics() if entry.kind in {"bounded_mean", "bounded_index"}],
    ids=lambda entry: entry.id,
)
def test_a_bounded_metric_has_two_ends(entry):
    assert None not in entry.range


@pytest.mark.parametrize("entry", load_registry().inequalities.values(), ids=lambda entry: entry.id)
def test_an_inequality_relates_metrics_that_name_it(entry):
    names = {name.split(".")[-1] for name in entry.names()} - {"n"}
    assert names <= set(load_registry().metrics)
    assert any(entry.id in metric(name).obeys for name in names)


def test_an_unknown_metric_is_refused_with_the_nearest_name():
    with pytest.raises(DlsError, match="did you mean 'accuracy'"):
        metric("acuracy")


def test_positive_is_always_a_loss():
    assert metric("accuracy").loss(0.9, 0.8) == pytest.approx(0.1)
    assert metric("brier_top_label").loss(0.1, 0.3) == pytest.approx(0.2)
    assert metric("length_ratio").loss(1.0, 0.7) == pytest.approx(0.3)
    assert metric("option_mass").loss(0.9, 0.5) is None


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("ece_within_brier", {"ece": (0.1, 0.1), "brier_top_label": (0.02, 0.02)}, False),
        ("ece_within_brier", {"ece": (0.2, 0.2), "brier_top_label": (0.02, 0.02)}, True),
        ("gap_within_ece", {"ece": (0.0, 0.00005), "overconfidence_gap": (-0.00005, 0.00005)}, False),
        ("flips_are_the_loss", FLIPS | {"student.accuracy": (0.82, 0.82)}, False),
        ("flips_are_the_loss", FLIPS | {"student.accuracy": (0.83, 0.83)}, True),
        ("aurc_at_best", {"aurc": (0.0346, 0.0346), "accuracy": (0.75, 0.75)}, False),
        ("aurc_at_best", {"aurc": (0.03, 0.03), "accuracy": (0.75, 0.75)}, True),
        ("exposure_in_bits", {"canary_exposure": (10, 10), "n": (100, 100)}, False),
        ("exposure_in_bits", {"canary_exposure": (9.98995, 9.99005), "n": (100, 100)}, False),
        ("exposure_in_bits", {"canary_exposure": (9.9949, 9.9951), "n": (100, 100)}, True),
        ("exposure_in_bits", {"canary_exposure": (10.01, 10.01), "n": (100, 100)}, False),
        ("gain_of_tries", {"pass_gain_16": (0.3, 0.3), "pass_at_16": (0.7, 0.7), "pass_at_1": (0.5, 0.5)}, True),
        ("excess_of_aurc", {"e_aurc": (0.01, 0.01), "aurc": (0.0446, 0.0446), "accuracy": (0.75, 0.75)}, True),
        ("top_label_within_brier", {"brier_top_label": (0.2, 0.2), "brier": (0.19, 0.19)}, True),
        ("effective_of_collision", {"effective_answers": (4.0, 4.0), "collision_probability": (0.0, 0.0)}, False),
    ],
)  # fmt: skip
def test_an_inequality_sees_an_impossible_number(name, values, expected):
    assert load_registry().inequalities[name].violated(values) is expected


def test_the_inequalities_of_a_metric_can_be_listed():
    assert "ece_within_brier" in {entry.id for entry in inequalities("ece")}


def test_the_registry_loads_no_numpy():
    code = (
        "import sys, dls.standard.registry, dls.judging.judgement; dls.standard.registry.metrics(); "
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


NOT_MEANS = {"index", "bounded_index", "ratio"}


def test_no_n_is_recommended_for_a_bootstrap_that_was_never_measured():
    """The bootstrap of an index or a ratio is not that of a mean; nor is that of a loss towards a target."""
    ids_with_n = {
        entry.id
        for entry in load_registry().metrics.values()
        if entry.interval == "bca" and (entry.kind in NOT_MEANS or entry.direction == "target") and entry.smallest_n
    }
    assert not ids_with_n


def test_a_method_of_contributions_is_named_where_they_are_written_down_and_its_errors_were_measured():
    names = {entry.id for entry in metrics() if "bounded_influence" in {entry.interval, entry.value_interval}}
    assert names == {name for name, _ in CONTRIBUTIONS} == set(influences.METRICS)
    assert {metric(name).smallest_n for name in names} == {influences.SMALLEST_N}


@pytest.mark.parametrize("inequality", load_registry().inequalities.values(), ids=lambda entry: entry.id)
def test_the_names_of_an_inequality_are_those_of_its_syntax_tree(inequality):
    nodes = list(ast.walk(ast.parse(inequality.holds)))
    parts = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    parts |= {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    names = [node for node in nodes if isinstance(node, ast.Name | ast.Attribute) and id(node) not in parts]
    assert inequality.names() == {ast.unparse(node) for node in names}
