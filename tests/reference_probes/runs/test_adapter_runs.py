"""A LoRA student is stated, recomputed and reproduced as a declared pair: its base, and the adapter on it."""

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.reference_probes.models.adapters import train
from tests.reference_probes.stated import NO_DRAW, filled

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls_probes import pair

PROBE, N = "headline.multiple_choice", 40
TEXTS = ["what is 3 + 4 ? 8", "which colour does abo like ? red", "name a fruit : blue"]


class Published(NamedTuple):
    """A statement with its evidence, its teacher, its base and the student's adapter."""

    folder: Path
    teacher: Path
    base: Path
    adapter: Path

    def reproduce(self, *more: str) -> int:
        words = ["--teacher", str(self.teacher), "--student", str(self.adapter), *more, *NO_DRAW, "--allow-unverified"]
        return main(["reproduce", str(self.folder / "dls.yaml"), *words, "-o", str(self.folder / "report.yaml")])

    def report(self) -> Any:
        assert check(self.folder / "report.yaml").findings == ()
        return read(self.folder / "report.yaml").value


def publish(folder: Path, teacher: Path, base: Path, n: int, *more: str) -> Published:
    """Train an adapter, measure it beside the teacher, and publish the statement; the adapter names its base."""
    adapter = train(folder / "adapter", base, TEXTS)
    words = ["probe", "run", "--teacher", str(teacher), "--student", str(adapter), "--scenario", "demo", *more]
    assert main([*words, "--dimension", "headline", "--n", str(n), "--out", str(folder / "evidence")]) == 0
    assert main(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")]) == 0
    (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
    return Published(folder, teacher, base, adapter)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lora")
    return publish(folder, pair.TEACHER, shutil.copytree(pair.STUDENT, folder / "base"), N)


def student(published):
    return read(published.folder / "dls.yaml").value["student"]


def test_statement_and_manifest_hold_the_digests_of_base_and_adapter(published):
    manifest = json.loads((published.folder / "evidence" / PROBE / "manifest.json").read_text())
    stated, measured = student(published), manifest["arms"]["student"]
    assert stated["adapter"] == measured["adapter"]
    assert stated["tensors_sha256"] == measured["tensors_sha256"]
    assert stated["derivation"] == ["distilled", "adapter"]
    assert {"adapter_config.json", "adapter_model.safetensors", "tokenizer.json"} <= {
        entry["name"] for entry in stated["adapter"]["files"]
    }


def test_the_adapter_is_what_was_measured(published):
    """The adapter was trained to answer wrongly, so the student scores otherwise than its base."""
    lines = (published.folder / "evidence" / PROBE / "student.jsonl").read_text()
    out = published.folder / "base alone"
    words = ["--teacher", str(published.teacher), "--student", str(published.base), "--scenario", "demo"]
    seed = json.loads((published.folder / "evidence" / PROBE / "manifest.json").read_text())["items"]["seed"]
    more = ["--dimension", "headline", "--n", str(N), "--seed", str(seed), "--out", str(out)]
    assert main(["probe", "run", *words, *more]) == 0
    assert (out / PROBE / "student.jsonl").read_text() != lines


def test_every_number_recomputes_and_every_claim_reproduces(published, capsys):
    findings = check(published.folder / "dls.yaml").findings
    assert [entry for entry in findings if entry.severity == "error" and "student" in entry.pointer] == []
    assert main(["recompute", str(published.folder / "dls.yaml"), "--allow-unverified"]) == 0
    assert published.reproduce() == 0
    assert {claim["verdict"] for claim in published.report()["claims"]} == {"confirmed"}
    assert "refuted" not in capsys.readouterr().err


def test_another_base_or_another_adapter_is_named_and_refutes_nothing(published, tmp_path):
    other = train(tmp_path / "adapter", published.base, TEXTS[:1], steps=5)
    for spoilt, more, words in (
        (published, ["--student-base", str(pair.TEACHER)], f"on {pair.TEACHER} is not the statement's: the tensors di"),
        (published._replace(adapter=other), [], "of the adapter, the tensors differ"),
        (published._replace(adapter=published.base), [], "the copy has no adapter"),
    ):
        spoilt.reproduce(*more)
        claims = spoilt.report()["claims"]
        assert {claim["verdict"] for claim in claims} == {"not_verifiable"}
        assert all(words in claim["reason"] for claim in claims)
