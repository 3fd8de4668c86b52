"""`dls metrics` and `dls scenarios` show what is built in, to people and to programs."""

import json
import subprocess
import sys

import pytest
import yaml

from dls.commands.cli import main
from dls.scenarios.profile import builtin_ids, load_profile
from dls.standard.registry import metrics


def test_every_metric_is_listed(capsys):
    assert main(["metrics"]) == 0
    printed = capsys.readouterr().out
    assert all(one.id in printed for one in metrics())


def test_a_metric_is_shown_with_what_it_obeys(capsys):
    assert main(["metrics", "ece"]) == 0
    printed = capsys.readouterr().out
    assert "Expected calibration error" in printed
    assert "ece <= sqrt(brier_top_label)" in printed


@pytest.mark.parametrize(("name", "probes"), [("bleu", "no reference probe"), ("ece", "uncertainty.labels")])
def test_a_metric_is_shown_with_the_probes_that_measure_it(name, probes, capsys):
    assert main(["metrics", name]) == 0
    printed = capsys.readouterr().out
    assert probes in next(line for line in printed.splitlines() if "measured by" in line)


def test_the_metrics_are_json_for_programs(capsys):
    assert main(["metrics", "--format", "json", "--dimension", "safety"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["dimension"] for one in found} == {"safety"}
    assert "refusal_soft_j" in {one["id"] for one in found}


def test_an_unknown_metric_is_one_sentence_and_exit_code_2(capsys):
    assert main(["metrics", "brier_top_lable"]) == 2
    assert "did you mean 'brier_top_label'" in capsys.readouterr().err


def test_every_profile_is_listed(capsys):
    assert main(["scenarios"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in builtin_ids())


def test_a_profile_is_shown_with_n_and_what_it_detects(capsys):
    assert main(["scenarios", "demo"]) == 0
    printed = capsys.readouterr().out
    assert "brier_top_label" in printed
    assert "1500" in printed
    assert "0.0136" in printed


def test_a_profile_is_json_for_programs(capsys):
    assert main(["scenarios", "general_chat", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sha256"] == load_profile("general_chat").sha256
    assert found["problems"] == []


def test_an_own_profile_that_cannot_detect_its_margin_fails(tmp_path, capsys):
    document = yaml.safe_load(_demo_text())
    document["targets"][1]["margin"] = 0.001
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(document))
    assert main(["scenarios", str(path)]) == 1
    assert "raise n or widen the target" in " ".join(capsys.readouterr().out.split())


def _demo_text() -> str:
    from dls.standard.specification import spec_folder

    return (spec_folder() / "scenarios" / "demo.yaml").read_text()


@pytest.mark.parametrize("command", ["metrics", "scenarios"])
def test_it_loads_no_numpy(command):
    code = f"import sys; from dls.commands.cli import main; main(['{command}', '--format', 'json']); sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
