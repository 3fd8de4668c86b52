"""A verifier without the teacher, with samples alone or with little time refutes false claims, and names the rest."""

import shutil
from types import SimpleNamespace
from typing import Any

import pytest
from tests.reference_probes.published import ACCURACY, BRIER, HEADLINE, MODELS

from dls.commands.cli import main
from dls.probes.catalogue import find_probe
from dls_probes import pair
from dls_probes.reproduction import budget


def test_without_the_teacher_nothing_is_confirmed_and_a_false_student_value_refuted(headline):
    code, report = headline.command("--allow-unverified", teacher=None)
    assert code == 0
    assert {claim["verdict"] for claim in report["claims"]} == {"not_verifiable"}
    assert report["access"] == {"teacher": "none", "student": "white_box"}
    assert report["summary"]["not_verifiable"] == len(report["claims"])
    assert report["teacher"] == {}

    def forge(document: Any) -> None:
        document["claims"][0]["student"] |= {"value": 0.99, "count": 99}

    headline.tell(forge)
    shutil.rmtree(headline.folder / "report-evidence")
    code, report = headline.command(teacher=None)
    assert (code, report["claims"][0]["verdict"]) == (1, "refuted")


OF_SAMPLES = {"answer-validity", "distinct-16", "collision-probability", "effective-answers", "vendi-2"}


def test_with_samples_alone_what_needs_probabilities_is_not_verifiable(published):
    code, report = published.command("--access", "sampling")
    assert code == 1
    verdicts = {claim["id"].removeprefix("diversity-"): claim["verdict"] for claim in report["claims"]}
    assert {name for name, verdict in verdicts.items() if verdict == "confirmed"} == OF_SAMPLES
    rest = [claim for claim in report["claims"] if claim["verdict"] != "confirmed"]
    assert {claim["verdict"] for claim in rest} == {"not_verifiable"}
    assert all("this verifier has sampling" in claim["reason"] for claim in rest)


@pytest.mark.slow
def test_a_budget_runs_the_claims_nearest_to_their_limits_first_and_says_what_was_left_out(published, monkeypatch):
    """At ten seconds a probe, 25 s are enough for two of three; the Brier score is farthest from its limit."""
    monkeypatch.setattr(
        "dls_probes.reproduction.budget.unit_costs", lambda plan, _: {entry.probe.id: 0.1 for entry in plan.probes}
    )
    code, report = published.command("--budget", "25s", "--allow-unverified")
    claims = {claim["id"]: claim for claim in report["claims"]}
    assert code == 0
    assert claims[ACCURACY]["verdict"] == claims["diversity-valid-answer-entropy"]["verdict"] == "confirmed"
    assert claims[BRIER]["verdict"] == "not_verifiable"
    assert "left out: 100 units of uncertainty.multiple_choice would take about 10 s" in claims[BRIER]["reason"]


def test_the_time_that_a_measurement_of_speed_takes_is_part_of_the_budget(headline, monkeypatch):
    """A second of the budget is spent on the measurement, and the half that is left is not enough for half a second."""
    clock = iter([100.0, 101.0])
    monkeypatch.setattr("dls_probes.reproduction.budget.time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(
        "dls_probes.reproduction.budget.unit_costs", lambda plan, _: {entry.probe.id: 0.006 for entry in plan.probes}
    )
    _, report = headline.command("--budget", "1.5s")
    assert {claim["verdict"] for claim in report["claims"]} == {"not_verifiable"}


def test_the_cost_of_a_probe_is_measured_on_a_few_of_its_units():
    from dls.scenarios.profile import load_profile
    from dls_probes.runs.plan import Plan, PlannedProbe

    plan = Plan(load_profile("demo"), (PlannedProbe(find_probe(HEADLINE), 24_000, 3),))
    costs = budget.unit_costs(plan, MODELS)
    assert 1 < 24_000 * costs[HEADLINE] < 10_000


@pytest.mark.parametrize("text", ["10", "0m", "-1s", "10 m", "1d", "nan"])
def test_a_budget_is_a_number_with_a_unit(headline, text, capsys):
    words = ["reproduce", str(headline.statement), "--student", str(pair.STUDENT), "--no-teacher"]
    assert main([*words, "-o", str(headline.folder / "r.yaml"), f"--budget={text}"]) == 2
    assert "wanted a time such as 90s, 10m or 2h" in capsys.readouterr().err


def test_a_teacher_is_named_or_denied(headline, capsys):
    words = ["reproduce", str(headline.statement), "--student", str(pair.STUDENT)]
    assert main([*words, "-o", str(headline.folder / "r.yaml")]) == 2
    assert "--no-teacher" in capsys.readouterr().err
