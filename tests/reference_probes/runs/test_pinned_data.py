"""A publisher of a classifier pins a published split: its claims come out preserved, recompute, and are replicated."""

import csv
import json
import shutil
from types import SimpleNamespace

import msgspec
import pytest
import torch
import yaml
from tests.reference_probes.models.test_classifier_families import write_classifier
from tests.reference_probes.stated import filled
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from dls.canonical import file_sha256
from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.scenarios.detection import smallest_detectable_loss
from dls.scenarios.profile import load_profile
from dls.standard.registry import metric

UNITS, N = 1200, 300
PROBES = ("headline.labels", "uncertainty.labels", "fidelity.labels")


TEXTS = [f"w{k % 50} w{k // 50 % 50} w{(k * k + 7) % 50}" for k in range(UNITS)]


def logits_of(folder):
    """Return a classifier's outputs for the texts by the library alone, [texts, labels]."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.no_grad():
        return torch.cat([model(**tokenizer(text, return_tensors="pt")).logits for text in TEXTS])


def sure_teacher(folder):
    """Save a classifier that gives the texts different labels, and is sure of them."""
    write_classifier(folder)
    model, mean = AutoModelForSequenceClassification.from_pretrained(folder), logits_of(folder).mean(0)
    with torch.no_grad():
        model.classifier.bias.sub_(mean).mul_(50)
        model.classifier.weight.mul_(50)
    model.save_pretrained(folder)
    return folder


def noisy_copy(teacher, folder):
    """Save a student whose weights differ from the teacher's by a ten-thousandth: it keeps nearly every label."""
    shutil.copytree(teacher, folder)
    model = AutoModelForSequenceClassification.from_pretrained(teacher)
    torch.manual_seed(3)
    with torch.no_grad():
        for weights in model.parameters():
            weights.add_(1e-4 * torch.randn_like(weights))
    model.save_pretrained(folder)
    return folder


def write_split(path, teacher):
    """Write different texts, each with the label that the teacher gives it, and one of them twice."""
    names = AutoModelForSequenceClassification.from_pretrained(teacher).config.id2label
    rows = [(text, names[row.argmax().item()]) for text, row in zip(TEXTS, logits_of(teacher), strict=True)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows, rows[0]])


def _target(original, limit, data):
    target = msgspec.structs.replace(original, n=N, justification="A test has few texts.", **limit)
    loss = round(smallest_detectable_loss(target, metric(target.metric)), 4)
    value = msgspec.to_builtins(msgspec.structs.replace(target, smallest_detectable_loss=loss))
    return {name: member for name, member in value.items() if member is not None} | {"data": dict(data)}


def write_profile(path, file, **pin):
    """Write an own profile that extends `text_classification`, with its targets at a smaller n, on the split."""
    parent = load_profile("text_classification")
    data = {"sha256": file_sha256(file), "fixed_on": "2026-11-02", "units": UNITS, **pin}
    limits = {"accuracy": {"margin": 0.06}, "brier_top_label": {"margin": 0.05}, "jsd": {"cap": 0.1}}
    targets = [_target(target, limits[target.metric], data) for target in parent.targets]
    value = {
        "dls_scenario": "1.0",
        "id": "topics",
        "version": "1.0",
        "title": "Topics",
        "rationale": "A test.",
        "population": "The texts of a split.",
        "extends": {"id": parent.id, "version": parent.version, "sha256": parent.sha256},
        "required": [],
        "not_required": [],
        "targets": targets,
    }
    path.write_text(yaml.safe_dump(value))
    return path


def data_words(split):
    return [word for name in PROBES for word in ("--data", f"{name}={split}")]


def run(pair, profile, folder, split):
    models = ["--teacher", str(pair.teacher), "--student", str(pair.student)]
    words = [*models, "--scenario", str(profile), *data_words(split), "--out", str(folder / "evidence")]
    return main(["probe", "run", *words])


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    teacher = sure_teacher(folder / "teacher")
    return SimpleNamespace(teacher=teacher, student=noisy_copy(teacher, folder / "student"))


def publish(pair, folder, **pin):
    split = folder / "validation.csv"
    write_split(split, pair.teacher)
    profile = write_profile(folder / "topics.yaml", split, **pin)
    assert run(pair, profile, folder, split) == 0
    statement = folder / "dls.yaml"
    assert main(["draft", str(folder / "evidence"), "--scenario", str(profile), "-o", str(statement)]) == 0
    statement.write_text(yaml_text(filled(read(statement).value)))
    return statement


@pytest.fixture(scope="module")
def published(pair, tmp_path_factory):
    pin = {"split": "example/topics validation", "revision": "1.0.0"}
    return publish(pair, tmp_path_factory.mktemp("published"), **pin)


def test_every_target_on_the_pinned_split_is_preserved_and_met(published):
    result = check(published)
    assert [finding for finding in result.findings if finding.severity == "error"] == []
    assert {target.metric for target in result.met_targets} == {"accuracy", "brier_top_label", "jsd"}
    claims = [claim for claim in read(published).value["claims"] if claim["targets"]]
    assert {claim["outcome"] for claim in claims} == {"preserved"}
    assert {claim["items"]["data"] for claim in claims} == {file_sha256(published.parent / "validation.csv")}


def test_the_claims_recompute_from_the_records_and_the_file(published, capsys):
    words = data_words(published.parent / "validation.csv")
    assert main(["recompute", str(published), "--format", "json", *words]) == 0
    assert {claim["verdict"] for claim in json.loads(capsys.readouterr().out)["claims"]} == {"confirmed"}


@pytest.mark.slow
def test_a_verifiers_draw_takes_rows_that_the_publisher_did_not_ask(published, pair, tmp_path, capsys):
    models = ["--teacher", str(pair.teacher), "--student", str(pair.student)]
    report, out = tmp_path / "report.yaml", tmp_path / "report-evidence"
    words = [str(published), *models, "-o", str(report), *data_words(published.parent / "validation.csv")]
    assert main(["reproduce", *words]) == 0, capsys.readouterr().err
    entries = {entry["id"]: entry for entry in read(report).value["claims"]}
    assert entries["headline-accuracy"]["replication"]["verdict"] == "replicated"
    fresh, first = (
        {json.loads(line)["id"] for line in (folder / "headline.labels" / "student.jsonl").read_text().splitlines()}
        for folder in (out / "fresh", published.parent / "evidence")
    )
    assert len(fresh) == 2 * N
    assert fresh.isdisjoint(first)


def test_another_file_is_refused_before_any_model_is_asked(published, pair, tmp_path, capsys):
    split = tmp_path / "validation.csv"
    split.write_text((published.parent / "validation.csv").read_text() + "w1,sport\n")
    assert run(pair, published.parent / "topics.yaml", tmp_path, split) == 2
    assert "the profile pins a file with digest" in capsys.readouterr().err


def test_a_file_with_fewer_units_than_the_profile_says_is_refused(published, pair, tmp_path, capsys):
    split = published.parent / "validation.csv"
    profile = write_profile(tmp_path / "topics.yaml", split, units=UNITS + 1)
    assert run(pair, profile, tmp_path, split) == 2
    assert f"at least {UNITS + 1} units" in capsys.readouterr().err


@pytest.mark.slow
def test_own_data_are_preserved_too_and_count_apart(pair, tmp_path, capsys):
    statement = publish(pair, tmp_path)
    capsys.readouterr()
    assert main(["validate", str(statement)]) == 0
    assert "0 of 0 targets met, 3 of 3 on own data met" in capsys.readouterr().out
