"""Our engine and lm-evaluation-harness give the same log-probabilities for the same items of the built-in pair.

The harness ran here (docs/import.md has the commands); its results lie in tests/data/lm_eval_pair.tar.xz.
"""

import json
import tarfile
from pathlib import Path

import pytest
from tests.reference_probes.stated import filled
from tools.lm_eval_task import PROBE, SEED

from dls.authoring.draft import draft_of_folder
from dls.commands.cli import main
from dls.document.writer import yaml_text
from dls.probes.catalogue import find_probe
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.probes.headline_multiple_choice import elicit
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

ROOT = Path(__file__).parents[2]
ARMS = ("teacher", "student")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The folder with the harness's results, by model."""
    folder = tmp_path_factory.mktemp("harness")
    with tarfile.open(ROOT / "tests" / "data" / "lm_eval_pair.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "lm_eval_pair"


def samples(folder):
    lines = next(folder.glob("samples*.jsonl")).read_text().splitlines()
    return {row["doc"]["id"]: row for row in map(json.loads, lines)}


@pytest.mark.parametrize("arm", ARMS)
def test_both_engines_give_the_same_log_probabilities(arm, runs, tmp_path):
    rows = samples(runs / arm)
    items = find_probe(PROBE).items(SEED, len(rows))
    model_folder = ROOT / "reference_probes" / "dls_probes" / "pair" / arm
    with open_model(ModelSpec(model_folder)) as model, Ledger(tmp_path / "ledger") as ledger:
        records = elicit_model(ProbeRun(PROBE, "1.0", elicit, items, SEED), model, ledger, budget=Budget()).records
    assert len(records) == 40
    for item, record in zip(items, records, strict=True):
        row = rows[item.id]
        assert row["doc"]["prompt"] == item.prompt()
        assert record.logprobs[0] == pytest.approx([float(value) for value, _ in row["filtered_resps"]], abs=1e-4)


def test_the_run_is_imported_drafted_filled_validated_and_recomputed(runs, tmp_path, capsys):
    logs = ["--teacher", str(runs / "teacher"), "--student", str(runs / "student")]
    assert main(["import", "lm-eval", *logs, "-o", str(tmp_path / "evidence"), "--texts"]) == 0
    answers = {"issuer": {"name": "Example Lab", "role": "third_party"}, "scenario": {"fixed_on": "2026-11-20"}}
    statement = filled(draft_of_folder(tmp_path / "evidence", tmp_path, answers))
    claims = {claim["metric"]: claim for claim in statement["claims"]}
    assert (claims["accuracy"]["teacher"]["value"], claims["accuracy"]["student"]["value"]) == (0.95, 0.9)
    results = json.loads(next((runs / "teacher").glob("results*.json")).read_text())["results"]["dls_pair"]
    assert claims["brier"]["teacher"]["value"] == pytest.approx(results["brier_score,none"], abs=1e-4)
    (tmp_path / "dls.yaml").write_text(yaml_text(statement))
    assert main(["validate", str(tmp_path / "dls.yaml")]) == 0
    capsys.readouterr()
    assert main(["recompute", str(tmp_path / "dls.yaml"), "--format", "json", "--allow-unverified"]) == 0
    verdicts = [claim["verdict"] for claim in json.loads(capsys.readouterr().out)["claims"]]
    assert set(verdicts) == {"confirmed"}
