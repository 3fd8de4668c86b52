"""The rules about cards: which base, relation and scores contradict a statement, and which do not."""

import shutil

import pytest

from dls.card.model_names import same_model
from dls.checking.card_check import check_file
from dls.commands.cli import main
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
KEY = 'dls: {version: "1.0", path: "dls.yaml"}\n'


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a statement whose student scored 0.91 on the data set `example`."""
    shutil.copy(DOCUMENTS / "published-row.yaml", tmp_path / "dls.yaml")
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path / "profile.yaml")
    return tmp_path


def findings(folder, front, *codes):
    path = folder / "README.md"
    path.write_text(f"---\n{front}{KEY}---\n# x\n")
    return [
        (finding.code, finding.severity, finding.line) for finding in check_file(path).findings if finding.code in codes
    ]


BASES = {
    "base_model: example/base-1b\n": None,
    "base_model: https://huggingface.co/Example/Base-1b\n": None,
    "base_model: base-1b\n": None,
    "base_model: [example/teacher-7b, example/base-1b]\n": None,
    "base_model: [example/teacher-7b]\nbase_model_relation: distillation\n": None,
    "base_model: hf://example/teacher-7b\nbase_model_relation: Distilled\n": None,
    "base_model: example/base-1b\nbase_model_relation: finetune\n": None,
    "base_model:\n": None,
    "base_model: 7\n": None,
    "license: mit\n": None,
    "base_model: example/teacher-7b\n": 2,
    "base_model: example/unknown\n": 2,
    "license: mit\nbase_model: example/unknown\nbase_model_relation: finetune\n": 3,
    "base_model: example/base-1b\nbase_model_relation: distillation\n": 2,
    "base_model: example/base-1b\nbase_model_relation: quantized\n": 3,
    "base_model: example/base-1b\nbase_model_relation: adapter\n": 3,
}


@pytest.mark.parametrize(("front", "line"), BASES.items())
def test_a_base_model_agrees_or_is_reported_on_its_line(folder, front, line):
    assert findings(folder, front, "DLS904") == ([] if line is None else [("DLS904", "error", line)])


def index(metric, value, dataset="{type: example, name: Example}"):
    metrics = f"    metrics:\n    - {{type: {metric}, value: {value}}}\n"
    return f"model-index:\n- name: x\n  results:\n  - dataset: {dataset}\n{metrics}"


SCORES = {
    "the value": (index("accuracy", "0.91"), False),
    "its hundredfold": (index("accuracy", "91.0"), False),
    "with a sign of per cent": (index("acc", '"91 %"'), False),
    "rounds to it": (index("accuracy", "0.9141"), False),
    "an address": (index("accuracy", "0.91", "{type: https://huggingface.co/datasets/example}"), False),
    "another metric": (index("f1", "0.5"), False),
    "another data set": (index("accuracy", "0.5", "{type: other}"), False),
    "no data set": (index("accuracy", "0.5", "{name: Example}"), False),
    "no number": (index("accuracy", "high"), False),
    "no list": ("model-index: 7\n", False),
    "better": (index("accuracy", "0.934"), True),
    "better, in per cent": (index("Accuracy", "93.4"), True),
    "worse": (index("accuracy", "0.5"), True),
    "a percentage that is none": (index("accuracy", "0.0091"), True),
}


@pytest.mark.parametrize(("front", "contradicts"), SCORES.values(), ids=SCORES)
def test_a_score_agrees_or_is_reported_on_its_line(folder, front, contradicts):
    assert findings(folder, front, "DLS905") == ([("DLS905", "error", 7)] if contradicts else [])


RESULTS = {
    "agrees": ("- dataset: {id: example}\n  value: 0.91\n", None),
    "of no metric": ("- dataset: {id: example}\n  value: 0.95\n", "warning"),
    "of a metric": ("- dataset: {id: example}\n  metrics: [{metric_id: accuracy, value: 0.95}]\n", "error"),
    "elsewhere": ("- dataset: {id: Idavidrein/gpqa, task_id: diamond}\n  value: 78.8\n", None),
    "no YAML": ("- [", None),
}


@pytest.mark.parametrize(("text", "severity"), RESULTS.values(), ids=RESULTS)
def test_a_file_of_results_agrees_or_is_named_with_its_line(folder, text, severity):
    (folder / ".eval_results").mkdir()
    (folder / ".eval_results" / "example.yaml").write_text(text)
    assert [entry[1] for entry in findings(folder, "license: mit\n", "DLS905")] == (
        [] if severity is None else [severity]
    )
    messages = [f.message for f in check_file(folder / "README.md").findings if f.code == "DLS905"]
    assert all(message.startswith(".eval_results/example.yaml:1: ") for message in messages)


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("a/b", "A/B", True), ("hf://a/b", "https://hf.co/a/b/", True), ("b", "a/b", True), ("a/b", "c/b", False),
        ("a/b", "a/bc", False),
    ],
)  # fmt: skip
def test_names_of_models_are_compared_as_the_hub_reads_them(first, second, is_same):
    assert same_model(first, second) is is_same
    assert same_model(second, first) is is_same


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
def test_every_format_shows_a_finding_on_the_cards_line(folder, capsys, form):
    findings(folder, "base_model: example/teacher-7b\n")
    assert main(["validate", "--format", form, str(folder / "README.md")]) == 1
    assert "DLS904" in capsys.readouterr().out


def test_a_pointer_out_of_the_folder_tells_nothing(folder, tmp_path_factory):
    away = tmp_path_factory.mktemp("away") / "secret.yaml"
    away.write_text("password: hunter2\n")
    (folder / "link.yaml").symlink_to(away)
    path = folder / "README.md"
    for name in ("link.yaml", "../secret.yaml", str(away), "nothing.yaml"):
        path.write_text(f'---\ndls: {{version: "1.0", path: "{name}"}}\n---\n')
        (finding,) = check_file(path).findings
        assert finding.code == "DLS902"
        assert "hunter2" not in finding.message


def test_a_statement_in_a_hubs_cache_is_found_through_its_link(folder, tmp_path):
    blobs = tmp_path / "blobs"
    blobs.mkdir()
    snapshot = tmp_path / "snapshots" / "commit"
    snapshot.mkdir(parents=True)
    for name in ("dls.yaml", "profile.yaml"):
        shutil.move(folder / name, blobs / name)
        (snapshot / name).symlink_to(f"../../blobs/{name}")
    (snapshot / "README.md").write_text(f"---\n{KEY}---\n")
    assert [finding.code for finding in check_file(snapshot / "README.md").findings] == ["DLS903"]
