"""`dls metrics` and `dls scenarios` show the built-in entries, to people and to programs."""

import json
import subprocess
import sys

import pytest
import yaml

from dls.commands.cli import main
from dls.scenarios.profile import builtin_ids, load_profile
from dls.standard.registry import metrics
from dls.standard.specification import spec_folder


def test_every_metric_is_listed(capsys):
    assert main(["metrics"]) == 0
    output = capsys.readouterr().out
    assert all(entry.id in output for entry in metrics())


def test_a_metric_is_shown_with_its_inequalities(capsys):
    assert main(["metrics", "ece"]) == 0
    output = capsys.readouterr().out
    assert "Expected calibration error" in output
    assert "ece <= sqrt(brier_top_label)" in output


@pytest.mark.parametrize(("name", "probes"), [("bleu", "no reference probe"), ("ece", "uncertainty.labels")])
def test_a_metric_is_shown_with_the_probes_that_measure_it(name, probes, capsys):
    assert main(["metrics", name]) == 0
    output = capsys.readouterr().out
    assert probes in next(line for line in output.splitlines() if "measured by" in line)


def test_the_metrics_are_json_for_programs(capsys):
    assert main(["metrics", "--format", "json", "--dimension", "safety"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert {entry["dimension"] for entry in value} == {"safety", "probe"}
    assert {"refusal_soft_j", "twin_whole"} <= {entry["id"] for entry in value}


def test_an_unknown_metric_is_one_sentence_and_exit_code_2(capsys):
    assert main(["metrics", "brier_top_lable"]) == 2
    assert "did you mean 'brier_top_label'" in capsys.readouterr().err


def test_every_profile_is_listed(capsys):
    assert main(["scenarios"]) == 0
    output = capsys.readouterr().out
    assert all(name in output for name in builtin_ids())


def test_a_profile_is_shown_with_n_and_the_detectable_loss(capsys):
    assert main(["scenarios", "demo"]) == 0
    output = capsys.readouterr().out
    assert "brier_top_label" in output
    assert "1500" in output
    assert "0.0136" in output


def test_a_profile_is_json_for_programs(capsys):
    assert main(["scenarios", "general_chat", "--format", "json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["sha256"] == load_profile("general_chat").sha256
    assert value["problems"] == []


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
    run = f"from dls.commands.cli import main; main(['{command}', '--format', 'json'])"
    code = f"import sys; {run}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize(("name", "own"), [("pinned-data", False), ("own-data", True)])
def test_a_pinned_data_file_is_shown_and_own_data_are_called_so(capsys, name, own):
    path = spec_folder() / "conformance" / "documents" / f"profile-of-{name}.yaml"
    assert main(["scenarios", str(path)]) == 0
    (text,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("data:")]
    assert "headline.multiple_choice on example/questions all test" in text
    assert ("own data: its targets count apart" in text) is own
