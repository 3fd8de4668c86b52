"""The whole loop on a tiny pair: two models in, a statement out that somebody else can check."""

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from tests.reference_probes.loop import ASKED, N
from tests.reference_probes.stated import NO_DRAW, digests, filled

from dls.authoring.prepared_answers import read_prepared_answers
from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.probe import PairMeasure
from dls.probes.catalogue import find_probe
from dls.standard.numbers import GAP
from dls.verifying.recompute import open_context, recompute_claims


def test_the_run_wrote_what_it_promised_and_left_no_scratch(loop):
    found = {
        path.relative_to(loop.folder / "evidence").as_posix()
        for path in (loop.folder / "evidence").rglob("*")
        if path.is_file()
    }
    files = ("manifest.json", "teacher.jsonl", "student.jsonl", "run.json")
    lists = {"tensors.teacher.jsonl", "tensors.student.jsonl"}
    assert found == lists | {f"{name}/{file}" for name in ASKED for file in files}


def test_nothing_published_names_a_path_of_the_machine(loop):
    files = [loop.statement, *(path for path in (loop.folder / "evidence").rglob("*") if path.is_file())]
    texts = {path.name: path.read_text() for path in files}
    places = [str(place) for place in (loop.folder, loop.teacher.parent, Path.home())]
    assert not [name for name, text in texts.items() if any(place in text for place in places)]
    assert {arm: run["folder"] for arm, run in json.loads(texts["run.json"])["arms"].items()}["teacher"] == "teacher"


def test_nothing_that_the_loop_writes_names_the_home_of_its_user(tiny_pair, tmp_path, monkeypatch, capsys):
    """Two models, their cards and their caches under a marked home; every file and line of output is looked at."""
    home = tmp_path / "home" / "marked-user"
    monkeypatch.setenv("HOME", str(home))
    models = {arm: home / "models" / arm for arm in ("teacher", "student")}
    for (arm, folder), source in zip(models.items(), tiny_pair, strict=False):
        shutil.copytree(source, folder)
        (folder / "README.md").write_text(f"---\nbase_model: {home}/base\nmodel_name: {arm}-1b\n---\n")
    out = home / "out"
    out.mkdir()
    monkeypatch.chdir(out)
    arms = [word for arm, folder in models.items() for word in (f"--{arm}", str(folder))]
    run = ["probe", "run", *arms, "--scenario", "demo", "--n", "100", "--dimension", "uncertainty"]
    assert main([*run, "--out", "evidence"]) == 0
    assert main(["draft", "evidence", "-o", "dls.yaml"]) == 0
    assert read("dls.yaml").value["teacher"]["name"] == "teacher-1b"
    Path("dls.yaml").write_text(yaml_text(filled(read("dls.yaml").value)))
    main(["validate", "--format", "json", "dls.yaml"])
    main(["recompute", "dls.yaml"])
    main(["reproduce", "dls.yaml", *arms, "-o", "report.yaml", *NO_DRAW])
    texts = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert {"run.json", "manifest.json", "report.yaml", "dls.yaml", "teacher.jsonl"} <= set(texts)
    assert [name for name, text in texts.items() if b"marked-user" in text] == []
    assert "marked-user" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ASKED)
def test_a_manifest_follows_its_schema_and_lists_every_metric_of_its_probe(loop, name):
    path = loop.folder / "evidence" / name / "manifest.json"
    assert check(path).findings == ()
    manifest = json.loads(path.read_text())
    assert [one["metric"] for one in manifest["metrics"]] == [m.metric for m in find_probe(name).measures]
    for one, measure in zip(manifest["metrics"], find_probe(name).measures, strict=True):
        assert ("pair" in one) == isinstance(measure, PairMeasure)
    assert manifest["items"]["n"] == N
    assert manifest["errors"] == {"teacher": 0, "student": 0}


def test_the_statement_stands_in_every_check_that_needs_no_model(loop, capsys):
    assert main(["validate", str(loop.statement)]) == 0
    capsys.readouterr()
    assert main(["recompute", str(loop.statement), "--format", "json"]) == 0
    counts = json.loads(capsys.readouterr().out)["summary"]
    assert counts == {"confirmed": len(loop.told()["claims"]), "not_verifiable": 0, "borderline": 0, "refuted": 0}


def test_one_changed_student_value_is_found_whichever_claim_it_is_in(loop):
    """By `validate` or by `recompute`, and each names the claim."""
    honest = loop.told()
    for i, claim in enumerate(honest["claims"]):
        part = "student" if "student" in claim else "pair"
        forged = json.loads(json.dumps(honest))
        value = forged["claims"][i][part]["value"]
        forged["claims"][i][part]["value"] = round(value + (0.0123 if value < 0.5 else -0.0123), 6)  # no digit is lost
        loop.tell(forged)
        findings = check(loop.statement).findings
        named = any(finding.pointer.startswith(f"/claims/{i}") and finding.severity == "error" for finding in findings)
        if not named:
            verdicts = {one.id: one.verdict for one in recompute_claims(open_context(loop.statement))}
            named = verdicts[claim["id"]] == "refuted"
        assert named, claim["id"]


def test_the_same_statement_as_json_still_stands(loop, capsys):
    path = loop.folder / "dls.json"
    path.write_text(json.dumps(loop.told()))
    assert main(["validate", str(path)]) == 0
    assert main(["recompute", str(path)]) == 0
    assert "0 refuted" in capsys.readouterr().out


@pytest.mark.parametrize("arm", ["teacher", "student"])
def test_one_changed_record_fails_on_its_digest(loop, capsys, arm):
    path = loop.folder / "evidence" / "uncertainty.multiple_choice" / f"{arm}.jsonl"
    data = path.read_bytes()
    at = data.index(b"-") + 1
    path.write_bytes(data[:at] + (b"1" if data[at : at + 1] != b"1" else b"2") + data[at + 1 :])
    assert main(["validate", str(loop.statement)]) == 1
    out = capsys.readouterr().out
    assert f"{arm}.jsonl" in out
    assert "digest" in out


@pytest.mark.slow
def test_a_run_killed_with_sigkill_and_resumed_ends_with_the_same_bytes(tiny_pair, tmp_path):
    teacher, student, _ = map(str, tiny_pair)
    script = Path(__file__).parents[1] / "killed_loops.py"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(script), teacher, student, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["codes"] == [0, 0]
    assert told["kills"] == 5
    assert told["at_work"] > 0
    assert digests(tmp_path / "killed") == digests(tmp_path / "whole") == digests(tmp_path / "warm")
    assert not (tmp_path / "killed" / ".unfinished").exists()


def test_the_shipped_words_of_the_pair_leave_no_gap(loop):
    from dls_probes.commands._demonstration import WORDS

    words = read_prepared_answers(WORDS)
    assert GAP not in WORDS.read_text()
    out = loop.folder / "with-words.yaml"
    assert main(["draft", str(loop.folder / "evidence"), "-o", str(out), "--words", str(WORDS)]) == 0
    assert GAP not in out.read_text()
    assert {finding.code for finding in check(out).findings if finding.severity == "error"} <= {"DLS104"}
    accepted = {acceptance["claim"] for acceptance in words["acceptances"]}
    assert {claim["id"] for claim in loop.told()["claims"] if claim["targets"]} == accepted


@pytest.mark.slow
def test_the_demonstration_ends_with_a_table_and_repeats_itself(tiny_pair, tmp_path, monkeypatch, capsys):
    """On the tiny pair and fewer units; the models themselves are `make demo`'s business."""
    from dls_probes import pair
    from dls_probes.commands import _demonstration

    monkeypatch.setattr(pair, "TEACHER", tiny_pair[0])
    monkeypatch.setattr(pair, "STUDENT", tiny_pair[1])
    monkeypatch.setattr(_demonstration, "make_plan", partial(_demonstration.make_plan, n=24))
    assert main(["demo", "--out", str(tmp_path / "demo")]) == 0
    first = capsys.readouterr().out
    assert main(["demo", "--out", str(tmp_path / "demo")]) == 0
    again = capsys.readouterr().out
    for name in ("dls.yaml", "evidence", "report.yaml", "report-evidence"):
        assert (tmp_path / "demo" / name).exists()
        assert name in first
    for word in ("uncertainty", "diversity", "headline", "inconclusive", "next steps", "dls validate"):
        assert word in first
        assert word in again
    assert check(tmp_path / "demo" / "dls.yaml").errors == 0
    assert {claim["verdict"] for claim in read(tmp_path / "demo" / "report.yaml").value["claims"]} == {"confirmed"}


def test_a_demonstration_into_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "demo").write_text("in the way")
    assert main(["demo", "--out", str(tmp_path / "demo")]) == 2
    assert capsys.readouterr().err.startswith("dls: ")
