"""Two models of different tokenizers are compared by the texts that they write, end to end."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.reference_probes.conftest import plain_score
from tests.reference_probes.stated import filled

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.probes.catalogue import find_probe
from dls_probes import pair

ID, N = "on_policy.story", 20
PER_BYTE = {"on_policy_kl_per_byte", "sequence_kl_per_byte"}


@pytest.fixture(scope="module")
def folders(llama: Path) -> dict[str, Path]:
    """Return a teacher that reads words, and a random student that reads pairs of bytes."""
    return {"teacher": pair.TEACHER, "student": llama}


def words(folders: dict[str, Path]) -> list[str]:
    return [word for arm in ("teacher", "student") for word in (f"--{arm}", str(folders[arm]))]


@pytest.fixture(scope="module")
def statement(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("across")
    run = ["probe", "run", *words(folders), "--scenario", "general_chat", "--dimension", "on_policy"]
    assert main([*run, "--n", str(N), "--out", str(folder / "evidence")]) == 0
    assert main(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")]) == 0
    (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
    return folder / "dls.yaml"


@pytest.fixture(scope="module")
def evidence(statement: Path) -> Path:
    return statement.parent / "evidence" / ID


def records(evidence: Path, arm: str = "across") -> list[Any]:
    return [json.loads(line) for line in (evidence / f"{arm}.jsonl").read_text().splitlines()]


def test_every_story_is_there_once_with_both_models_on_both_texts(evidence):
    manifest = json.loads((evidence / "manifest.json").read_text())
    assert [one["arm"] for one in manifest["records"]] == ["teacher", "student", "across"]
    for arm in ("teacher", "student"):
        texts = [record[arm]["text"].strip() for record in records(evidence)]
        assert texts == [record["text"] for record in records(evidence, arm)]


def brute_force(folder: Path, evidence: Path, teller: str) -> Iterator[float]:
    """Score every text of a teller with one model, a whole forward pass each."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder).float()
    items, ends = find_probe(ID).items(seed(evidence), N), [record["ended"] for record in records(evidence, teller)]
    for item, record, ended in zip(items, records(evidence), ends, strict=True):
        turns = [{"role": "user", "content": item.question}]
        shown = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        before, told = shown, record[teller]["text"]
        whole = tokenizer(before + told, add_special_tokens=False)["input_ids"]
        start = len(tokenizer(before, add_special_tokens=False)["input_ids"])
        yield plain_score(model, whole + [tokenizer.eos_token_id] * ended, start)


def seed(evidence: Path) -> int:
    return int(json.loads((evidence / "manifest.json").read_text())["items"]["seed"])


@pytest.mark.parametrize(
    ("metric", "teller"), [("on_policy_kl_per_byte", "student"), ("sequence_kl_per_byte", "teacher")]
)
def test_the_value_is_that_of_scoring_every_text_alone(metric, teller, folders, evidence):
    other = {"teacher": "student", "student": "teacher"}[teller]
    own, given = (sum(brute_force(folders[arm], evidence, teller)) for arm in (teller, other))
    size = sum(len(record[teller]["text"].encode()) for record in records(evidence))
    manifest = json.loads((evidence / "manifest.json").read_text())
    value = next(one["pair"]["value"] for one in manifest["metrics"] if one["metric"] == metric)
    assert value == pytest.approx((own - given) / size / math.log(2), abs=2e-3)


def test_no_divergence_over_one_vocabulary_is_claimed(evidence):
    measured = {one["metric"] for one in json.loads((evidence / "manifest.json").read_text())["metrics"]}
    assert measured >= PER_BYTE
    assert measured.isdisjoint({"on_policy_kl", "drift_slope", "excess_error"})


def test_the_manifest_follows_its_schema(evidence):
    assert check(evidence / "manifest.json").findings == ()


def test_the_numbers_follow_from_the_records_without_a_model(statement, capsys):
    assert main(["recompute", str(statement), "--format", "json"]) in (0, 1)
    claims = {one["id"]: one for one in json.loads(capsys.readouterr().out)["claims"]}
    per_byte = [one for name, one in claims.items() if name.endswith("per-byte")]
    assert [one["verdict"] for one in per_byte] == ["confirmed", "confirmed"]


@pytest.mark.slow
def test_a_second_run_confirms_them(statement, folders, tmp_path):
    report = tmp_path / "report.yaml"
    main(["reproduce", str(statement), *words(folders), "-o", str(report), "--by", "A test", "--draw-factor", "0"])
    claims = {one["id"]: one["verdict"] for one in read(report).value["claims"]}
    assert {verdict for name, verdict in claims.items() if name.endswith("per-byte")} == {"confirmed"}
    assert check(report).findings == ()


def test_the_statement_validates_but_for_what_nobody_measured(statement):
    assert [
        found for found in check(statement).findings if "per_byte" in found.message or "per-byte" in found.message
    ] == []
