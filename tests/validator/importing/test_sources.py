"""Records are compared with the logs that they were made of, where these lie beside them."""

import json
import shutil
import signal
import subprocess
import sys
import time

import pytest
from tests.lm_eval_runs import lm_eval_run
from tests.validator.importing.test_lm_eval import ANSWERS, rows

from dls.canonical import sha256_hex
from dls.commands.cli import main

N = 120


@pytest.fixture
def statement(tmp_path, capsys):
    """A function that imports a pair of runs and drafts a statement; it returns exit code and text of its recompute."""
    for arm, wrong in (("teacher", set()), ("student", {0, 1, 2})):
        lm_eval_run(tmp_path / arm, rows(N, wrong=wrong), answers=ANSWERS[:N])

    def recompute(*options, change=lambda _folder: None):
        runs = ["--teacher", str(tmp_path / "teacher"), "--student", str(tmp_path / "student")]
        assert main(["import", "lm-eval", *runs, "-o", str(tmp_path / "evidence"), *options]) == 0
        change(tmp_path / "evidence" / "lm-eval.quiz")
        assert main(["draft", str(tmp_path / "evidence"), "-o", str(tmp_path / "dls.yaml")]) == 0
        capsys.readouterr()
        code = main(["recompute", str(tmp_path / "dls.yaml"), "--allow-unverified"])
        return code, capsys.readouterr().out

    return recompute


def test_without_the_logs_it_says_that_nothing_was_compared(statement):
    code, printed = statement()
    assert code == 0
    assert "were not compared with the logs that they were made of" in printed


def test_beside_the_logs_the_records_are_made_again(statement):
    code, printed = statement("--texts")
    assert code == 0
    assert "and the records from the logs beside them" in printed


def made_up(folder):
    """Turn three wrong answers of the student into right ones, in records and manifest alike."""
    records = folder / "student.jsonl"
    lines = [json.loads(line) for line in records.read_bytes().splitlines()]
    for line in lines:
        row = line["logprobs"][0]
        best = row.index(max(row))
        row[best], row[line["answer"]] = row[line["answer"]], row[best]
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    records.write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["records"]:
        if entry["arm"] == "student":
            entry |= {"sha256": sha256_hex(data), "bytes": len(data)}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def edited(folder):
    path = next((folder / "sources" / "student").glob("samples*"))
    path.write_bytes(path.read_bytes() + b"\n")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(made_up, "the records of the student do not follow from its log"), (edited, "the records have ")],
)
def test_records_that_do_not_follow_from_the_logs_are_refuted(change, sentence, statement):
    code, printed = statement("--texts", change=change)
    assert code == 1
    assert sentence in printed


def test_a_missing_log_beside_the_others_is_not_verifiable(statement):
    code, printed = statement("--texts", change=lambda folder: shutil.rmtree(folder / "sources" / "student"))
    assert code == 0
    assert "0 confirmed" in printed


def test_a_kill_in_the_middle_leaves_no_evidence_and_the_next_import_works(tmp_path):
    for arm, wrong in (("teacher", set()), ("student", {0, 1, 2})):
        lm_eval_run(tmp_path / arm, rows(N * 20, wrong=wrong), answers=ANSWERS * 20)
    out = tmp_path / "evidence"
    arguments = ["import", "lm-eval", "--teacher", str(tmp_path / "teacher"), "--student", str(tmp_path / "student")]
    program = "import sys; from dls.commands.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen([sys.executable, "-c", program, *arguments, "-o", str(out)])
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".*.partial/*/student.jsonl")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.returncode == -signal.SIGKILL
    assert not out.exists()
    assert main([*arguments, "-o", str(out)]) == 0
