"""A dry run sizes a run by a pilot on the models themselves, and writes nothing."""

import pytest

from dls.commands.cli import main
from dls_probes import pair
from dls_probes.runs import run_forecast
from dls_probes.runs.costs import UnitCost, unit_cost
from dls_probes.runs.scenario_run import dry_run as forecast_of

MODELS = ["--teacher", str(pair.TEACHER), "--student", str(pair.STUDENT)]


def test_a_forecast_counts_the_items_of_the_plan_and_measures_the_requests(monkeypatch):
    """The pilot stops after its first probe; the other one is scaled by the measured costs."""
    monkeypatch.setattr(run_forecast, "PILOT", 0.0)
    result = forecast_of(pair.TEACHER, pair.STUDENT, "demo", dimensions=("headline", "uncertainty"), frame="none")
    headline, uncertainty = result.probes
    assert (headline.items, headline.has_pilot, uncertainty.has_pilot) == (1500, True, False)
    assert headline.requests == 2 * 4 * 1500  # four options, two models
    share = unit_cost(uncertainty.probe).requests / unit_cost(headline.probe).requests
    assert uncertainty.requests == pytest.approx(share * headline.requests, rel=0.01)
    assert 0 < result.seconds == pytest.approx(headline.seconds + uncertainty.seconds)
    assert all(size > 0 for size in result.memory.values())


def test_a_dry_run_prints_its_table_and_writes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["probe", "run", *MODELS, "--scenario", "demo", "--dimension", "headline", "--frame", "none"]
    assert main([*words, "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "headline.multiple_choice" in out
    assert "12,000 requests" in out
    assert "GiB are free" in out
    assert list(tmp_path.iterdir()) == []


def test_a_run_needs_a_folder_for_its_evidence(capsys):
    assert main(["probe", "run", *MODELS, "--scenario", "demo"]) == 2
    assert "--out DIR" in capsys.readouterr().err


def test_a_probe_that_was_not_measured_costs_as_much_as_the_mean():
    assert unit_cost("boundary.my_probe") > UnitCost(0, 0, 0)
