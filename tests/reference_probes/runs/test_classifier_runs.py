"""Whole runs on a tiny pair of classifiers: what a user types, from two models and a labelled file to a verdict."""

import csv
import json
import shutil
from types import SimpleNamespace

import pytest
import torch
from tests.reference_probes.models.test_classifier_families import LABELS, texts, write_classifier
from tests.reference_probes.stated import digests, filled
from transformers import AutoModelForSequenceClassification

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.probes.collection import LABEL_PROBES
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.probes import ELICITATIONS
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

N = 100
PROFILE = "examples/classifiers/language_routing.yaml"
IDS = [one.id for one in LABEL_PROBES]
LABELLED, SCOPE = IDS[:3], IDS[3]
ABSTAIN = LABELS[3]


def write_files(folder, rows=None):
    """Write the labelled texts, and the same ones beside texts that no label fits."""
    said = rows or [
        (" ".join(f"w{(k * 7 + i * i) % 50}" for i in range(1 + k % 9)), LABELS[k % 3]) for k in range(N + 20)
    ]
    with (folder / "test.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *said])
    lines = [
        {"text": text, "label": label if k % 2 else "", "abstain": ABSTAIN} for k, (text, label) in enumerate(2 * said)
    ]
    (folder / "scope.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def distinct_texts(count):
    """Return texts of two words: rows that ask the same are one unit."""
    return [f"w{k % 50} w{1 + k // 50}" for k in range(count)]


def files(folder, names=IDS):
    chosen = {name: folder / ("scope.jsonl" if name == SCOPE else "test.csv") for name in names}
    return [word for name, path in chosen.items() for word in ("--data", f"{name}={path}")]


def run(pair, folder, *more, out="evidence", names=IDS, profile=PROFILE):
    models = ["--teacher", str(pair.teacher), "--student", str(pair.student), "--scenario", str(profile)]
    return main(["probe", "run", *models, "--n", str(N), *files(folder, names), "--out", str(folder / out), *more])


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    return SimpleNamespace(
        teacher=write_classifier(folder / "teacher", "Bert"),
        student=write_classifier(folder / "student", "DistilBert", LABELS[::-1], seed=1),
    )


@pytest.fixture(scope="module")
def published(pair, tmp_path_factory):
    """A statement with its evidence, its profile and its files beside it."""
    folder = tmp_path_factory.mktemp("published")
    write_files(folder)
    profile = shutil.copy(PROFILE, folder)
    assert run(pair, folder, profile=profile) == 0
    assert main(["draft", str(folder / "evidence"), "--scenario", str(profile), "-o", str(folder / "dls.yaml")]) == 0
    (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
    return folder


def test_the_statement_about_a_pair_of_classifiers_stands(published):
    assert [one for one in check(published / "dls.yaml").findings if one.severity == "error"] == []
    claims = read(published / "dls.yaml").value["claims"]
    assert {claim["probe"]["id"] for claim in claims} == set(IDS)
    assert "preserved" not in {claim["outcome"] for claim in claims}


@pytest.mark.parametrize("given", [True, False], ids=["with the files", "without"])
def test_its_numbers_follow_from_the_records_for_whoever_has_the_files(published, capsys, given):
    code = main(["recompute", str(published / "dls.yaml"), "--format", "json", *(files(published) if given else [])])
    verdicts = {one["verdict"] for one in json.loads(capsys.readouterr().out)["claims"]}
    assert (code, verdicts) == ((0, {"confirmed"}) if given else (1, {"not_verifiable"}))


def test_somebody_else_gets_the_same_numbers_from_the_models(published, pair, tmp_path, capsys):
    models = ["--teacher", str(pair.teacher), "--student", str(pair.student), "--format", "json"]
    words = [str(published / "dls.yaml"), *models, "-o", str(tmp_path / "report.yaml"), *files(published)]
    assert main(["reproduce", *words]) == 0
    assert {one["verdict"] for one in json.loads(capsys.readouterr().out)["claims"]} == {"confirmed"}


def further_key(path):
    path.write_text(json.dumps(json.loads(path.read_text()) | {"note": "hello"}))


VERDICTS = {"tokenizer_config.json": "confirmed", "config.json": "not_verifiable"}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_files_of_a_classifier_are_compared_before_its_numbers(published, pair, tmp_path, capsys, name):
    """The tokenizer does the same as before; another configuration may do anything."""
    folder = shutil.copytree(published, tmp_path / "published")
    again = SimpleNamespace(teacher=pair.teacher, student=shutil.copytree(pair.student, tmp_path / "student"))
    further_key(again.student / name)
    models = ["--teacher", str(again.teacher), "--student", str(again.student), "--format", "json"]
    words = [str(folder / "dls.yaml"), *models, "-o", str(folder / "report.yaml"), *files(folder)]
    main(["reproduce", *words])
    assert {claim["verdict"] for claim in json.loads(capsys.readouterr().out)["claims"]} == {VERDICTS[name]}
    assert run(again, folder, "--resume", profile=folder / "language_routing.yaml") == 0
    assert (folder / "evidence" / ".replaced").exists() is (VERDICTS[name] != "confirmed")


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_any_number_of_workers_leaves_the_same_bytes(published, pair, tmp_path, workers):
    write_files(tmp_path)
    assert run(pair, tmp_path, "--workers", str(workers), names=IDS[:1]) == 0
    assert digests(tmp_path / "evidence" / IDS[0]) == digests(published / "evidence" / IDS[0])


def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(published, pair, tmp_path):
    write_files(tmp_path)
    shutil.copytree(published / "evidence", tmp_path / "evidence")
    for name in ("manifest.json", "student.jsonl"):
        (tmp_path / "evidence" / IDS[2] / name).unlink()
    assert run(pair, tmp_path) == 2
    assert run(pair, tmp_path, "--resume") == 0
    assert digests(tmp_path / "evidence") == digests(published / "evidence")


def answers(teacher, ledger_path, *, tokens=2048, workers=0):
    items = [SimpleNamespace(id=str(k), text=text) for k, text in enumerate(texts(30))]
    with open_model(ModelSpec(teacher), workers=workers) as model, Ledger(ledger_path) as ledger:
        probe = ProbeRun("test", "1.0", ELICITATIONS[IDS[0]], items, 0)
        return elicit_model(probe, model, ledger, budget=Budget(tokens=tokens)).records


def test_another_pack_size_moves_no_probability(pair, tmp_path):
    small, large = (answers(pair.teacher, tmp_path / str(tokens), tokens=tokens) for tokens in (32, 2048))
    for one, other in zip(small, large, strict=True):
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-5)


@pytest.mark.slow
def test_another_process_moves_no_probability_by_a_bit(pair, tmp_path):
    assert answers(pair.teacher, tmp_path / "there", workers=1) == answers(pair.teacher, tmp_path / "here")


def test_labels_are_matched_by_their_names_and_not_by_their_places(pair, tmp_path):
    """A copy whose outputs stand in another order is no other model."""
    shutil.copytree(pair.teacher, tmp_path / "twin")
    twin = AutoModelForSequenceClassification.from_pretrained(pair.teacher)
    order = [2, 0, 3, 1]
    with torch.no_grad():
        twin.classifier.weight[:], twin.classifier.bias[:] = twin.classifier.weight[order], twin.classifier.bias[order]
    twin.config.id2label = {i: LABELS[k] for i, k in enumerate(order)}
    twin.save_pretrained(tmp_path / "twin")
    write_files(tmp_path)
    both = SimpleNamespace(teacher=pair.teacher, student=tmp_path / "twin")
    assert run(both, tmp_path, names=["fidelity.labels"]) == 0
    found = {
        m["metric"]: m["pair"]["value"]
        for m in read(tmp_path / "evidence/fidelity.labels/manifest.json").value["metrics"]
    }
    assert found == {"top1_agreement": 1, "kl_teacher_student": 0, "kl_student_teacher": 0, "jsd": 0, "tv": 0}


# --- what is refused, before anything is asked


def refused(capsys, code):
    assert code == 2
    return " ".join(capsys.readouterr().err.split())


def test_models_of_other_labels_are_no_pair(pair, tmp_path, capsys):
    other = write_classifier(tmp_path / "other", labels=("sport", "science", "weather", ABSTAIN))
    write_files(tmp_path)
    both = SimpleNamespace(teacher=pair.teacher, student=other)
    assert "the teacher has the label 'politics' and the student has not" in refused(capsys, run(both, tmp_path))


@pytest.mark.parametrize("name", LABELLED)
def test_a_label_that_no_model_has_is_named_with_its_line(pair, tmp_path, capsys, name):
    write_files(tmp_path, [("w1\nw2", "sport"), *[(text, "wheather") for text in distinct_texts(N)]])
    message = refused(capsys, run(pair, tmp_path, names=[name]))
    assert f"of the data file of {name} has the label 'wheather', and the models have none of that name" in message


def test_a_label_that_no_model_has_is_named_with_its_own_line(pair, tmp_path, capsys):
    write_files(tmp_path, [*[(text.replace(" ", "\n"), "sport") for text in distinct_texts(N - 1)], ("w3", "wheather")])
    assert f"line {2 * (N - 1) + 2} of the data file" in refused(capsys, run(pair, tmp_path, names=[IDS[0]]))


def test_without_a_label_to_abstain_with_boundary_cannot_be_measured(tmp_path, capsys):
    folders = [write_classifier(tmp_path / name, labels=LABELS[:3]) for name in ("one", "other")]
    write_files(tmp_path)
    both = SimpleNamespace(teacher=folders[0], student=folders[1])
    message = refused(capsys, run(both, tmp_path))
    assert f"no label {ABSTAIN!r} to abstain with" in message
    assert "state among the absences that boundary was not measured" in message


def test_a_target_without_a_file_is_said_not_to_be_measured(pair, tmp_path, capsys):
    write_files(tmp_path)
    assert run(pair, tmp_path, names=[IDS[0]]) == 0
    out = capsys.readouterr().out
    assert "not measured: abstention_soft_j, for the items of boundary.out_of_scope come from a file" in out
    assert "not measured: accuracy" not in out


def test_a_classifier_is_asked_nothing_but_labels(pair, tmp_path, capsys):
    write_files(tmp_path)
    message = refused(capsys, run(pair, tmp_path, names=[], profile="demo"))
    assert "is a classifier, and headline.multiple_choice asks for more than labels" in message


def test_a_language_model_is_not_asked_for_labels(llama, pair, tmp_path, capsys):
    write_files(tmp_path)
    message = refused(capsys, run(SimpleNamespace(teacher=llama, student=pair.student), tmp_path))
    assert f"the teacher in {llama} is no sequence classifier" in message


def test_a_text_longer_than_the_window_is_named_and_never_cut(pair, tmp_path, capsys):
    write_files(tmp_path, [("w1 " * 60, "sport"), *[(text, "science") for text in distinct_texts(N - 1)]])
    assert run(pair, tmp_path, names=[IDS[0]]) == 0
    written = [json.loads(line) for line in (tmp_path / "evidence" / IDS[0] / "teacher.jsonl").read_text().splitlines()]
    assert [one for one in written if "error" in one] == [
        {"id": "000002", "error": "ItemTooLong: 62 tokens, and the model reads at most 40"}
    ]
    write_files(
        tmp_path,
        [*[(word * 60, "sport") for word in ("w1 ", "w2 ")], *[(text, "science") for text in distinct_texts(N - 2)]],
    )
    assert "ItemTooLong: 62 tokens" in refused(capsys, run(pair, tmp_path, names=[IDS[0]], out="other"))
