"""The whole loop on a tiny pair: two models in, a statement out that somebody else can check."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from dls.canonical import canonical, file_sha256
from dls.cli import main
from dls.document import read
from dls.draft import GAP
from dls.probe import PairMeasure, probe
from dls.recompute import open_case, recompute
from dls.validate import check
from dls.words import read_words
from dls.yaml_text import yaml_text

N = 100
ASKED = ("headline.multiple_choice", "uncertainty.multiple_choice", "diversity.open_answer")


class Loop(NamedTuple):
    """The folder of a statement with its evidence, and the three models that the tests know."""

    folder: Path
    teacher: Path
    student: Path
    other: Path

    @property
    def statement(self) -> Path:
        return self.folder / "dls.yaml"

    def told(self) -> Any:
        return read(self.statement).value

    def tell(self, statement: Any) -> None:
        self.statement.write_text(yaml_text(statement))

    def reproduce(self, *more: str, student: Path | None = None, out: str = "report.yaml") -> int:
        models = ["--teacher", str(self.teacher), "--student", str(student or self.student)]
        return main(["reproduce", str(self.statement), *models, "-o", str(self.folder / out), *more])

    def report(self, out: str = "report.yaml") -> Any:
        return read(self.folder / out).value


def filled(value: Any, name: str = "") -> Any:
    """Say something in every gap."""
    if isinstance(value, dict):
        return {key: filled(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [filled(member) for member in value]
    said = {"review_by": "2036-11-01", "source": "https://example.org/model"}
    return said.get(name, "Said by a test.") if isinstance(value, str) and GAP in value else value


def tiny_model(folder: Path, tokenizer: Any, name: str, hidden: int, seed: int) -> Path:
    from dls_probes.pair.train import Recipe, new_model

    recipe = Recipe(name, hidden=hidden, layers=1, intermediate=hidden, steps=0, seed=seed)
    new_model(recipe, len(tokenizer)).half().save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)
    return folder / name


@pytest.fixture(scope="session")
def tiny_pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Return a teacher, a student and another student, all of them untrained, in the pair's own language."""
    from dls_probes.pair.vocabulary import build_tokenizer

    folder, tokenizer = tmp_path_factory.mktemp("pair"), build_tokenizer()
    sizes = (("teacher", 64, 1), ("student", 32, 2), ("other", 32, 3))
    teacher, student, other = (tiny_model(folder, tokenizer, name, hidden, seed) for name, hidden, seed in sizes)
    return teacher, student, other


@pytest.fixture(scope="session")
def _whole(tiny_pair: tuple[Path, Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loop")
    teacher, student, _ = map(str, tiny_pair)
    run = ["probe", "run", "--teacher", teacher, "--student", student, "--scenario", "demo", "--n", str(N)]
    assert main([*run, "--out", str(folder / "evidence")]) == 0
    assert main(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")]) == 0
    (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
    return folder


@pytest.fixture
def loop(_whole: Path, tiny_pair: tuple[Path, Path, Path], tmp_path: Path) -> Loop:
    """Return the loop's folder, to be spoilt."""
    shutil.copytree(_whole, tmp_path / "loop")
    return Loop(tmp_path / "loop", *tiny_pair)


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of everything that a digest should cover: all but run.json."""
    return {
        path.relative_to(folder).as_posix(): file_sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def test_the_run_wrote_what_it_promised_and_left_no_scratch(loop):
    found = {
        path.relative_to(loop.folder / "evidence").as_posix()
        for path in (loop.folder / "evidence").rglob("*")
        if path.is_file()
    }
    files = ("manifest.json", "teacher.jsonl", "student.jsonl", "run.json")
    assert found == {f"{name}/{file}" for name in ASKED for file in files}


@pytest.mark.parametrize("name", ASKED)
def test_a_manifest_follows_its_schema_and_lists_every_metric_of_its_probe(loop, name):
    path = loop.folder / "evidence" / name / "manifest.json"
    assert check(path).findings == ()
    manifest = json.loads(path.read_text())
    assert [one["metric"] for one in manifest["metrics"]] == [m.metric for m in probe(name).measures]
    for one, measure in zip(manifest["metrics"], probe(name).measures, strict=True):
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
        forged["claims"][i][part]["value"] = round(value + (0.01 if value < 0.5 else -0.01), 6)
        loop.tell(forged)
        findings = check(loop.statement).findings
        named = any(finding.pointer.startswith(f"/claims/{i}") and finding.severity == "error" for finding in findings)
        if not named:
            verdicts = {one.id: one.verdict for one in recompute(open_case(loop.statement))}
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


def test_a_second_run_of_the_untouched_statement_confirms_every_claim(loop, capsys):
    assert loop.reproduce("--by", "A test", "--format", "json") == 0
    printed = json.loads(capsys.readouterr().out)
    report = loop.report()
    assert {claim["verdict"] for claim in report["claims"]} == {"confirmed"}
    assert len(printed["claims"]) == len(report["claims"]) == len(loop.told()["claims"])
    assert {claim["reason"] for claim in report["claims"]} == {"the second run wrote the same records, byte for byte"}
    assert report["statement"]["core_sha256"] == open_case(loop.statement).core_sha256
    assert check(loop.folder / "report.yaml").findings == ()
    again = digests(loop.folder / "report-evidence")
    assert again == digests(loop.folder / "evidence")


def test_another_student_refutes_every_claim(loop):
    assert loop.reproduce(student=loop.other) == 1
    report = loop.report()
    assert {claim["verdict"] for claim in report["claims"]} == {"refuted"}
    assert len(report["claims"]) == len(loop.told()["claims"])
    assert all("has weights_sha256" in claim["reason"] for claim in report["claims"])
    assert check(loop.folder / "report.yaml").findings == ()


def test_records_invented_and_hashed_again_pass_without_the_models_and_fail_with_them(loop):
    """The student's records are the teacher's: every digest and number fits, but no run writes them."""
    name = "headline.multiple_choice"
    place = loop.folder / "evidence" / name
    shutil.copy(place / "teacher.jsonl", place / "student.jsonl")
    rewrite_manifest(place)
    shutil.rmtree(loop.folder / "evidence" / "uncertainty.multiple_choice")
    shutil.rmtree(loop.folder / "evidence" / "diversity.open_answer")
    assert main(["draft", str(loop.folder / "evidence"), "-o", str(loop.statement), "--force"]) == 0
    loop.tell(filled(loop.told()))
    assert {one.verdict for one in recompute(open_case(loop.statement))} == {"confirmed"}
    assert loop.reproduce() == 1
    verdicts = {claim["id"]: claim["verdict"] for claim in loop.report()["claims"]}
    assert verdicts["headline-accuracy"] == "refuted"


def rewrite_manifest(place: Path) -> None:
    """Measure again what lies in a folder, as a forger with this very package would."""
    from dls.evidence import parse_records, write_manifest
    from dls.measurement import checks, measure
    from dls.model import Manifest

    manifest = msgspec.json.decode((place / "manifest.json").read_bytes(), type=Manifest)
    known = probe(manifest.probe.id)
    assert manifest.items.seed is not None
    items = known.items(manifest.items.seed, manifest.items.n)
    data = {entry.arm: (place / entry.path).read_bytes() for entry in manifest.records}
    records = {arm: parse_records(text.splitlines(), known, items, arm) for arm, text in data.items()}
    entries = tuple(
        msgspec.structs.replace(entry, sha256=file_sha256(place / entry.path), bytes=len(data[entry.arm]))
        for entry in manifest.records
    )
    found = {"checks": checks(known, items, records), "metrics": measure(known, items, records)}
    write_manifest(place, msgspec.structs.replace(manifest, records=entries, **found))


@pytest.mark.parametrize(
    ("moved", "verdict", "words"),
    [(1e-5, "confirmed", "within the tolerance of its class, threshold"), (3.0, "refuted", "differs by")],
)
def test_records_of_other_hardware_are_confirmed_and_invented_ones_refuted(loop, moved, verdict, words):
    """The statement's student records are moved by some nats, up and down in turn, and everything is hashed again."""
    place = loop.folder / "evidence" / "headline.multiple_choice"
    path = place / "student.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    for i, record in enumerate(records):
        record["logprobs"] = [
            [min(value + moved * (-1) ** (i + k), 0.0) for k, value in enumerate(record["logprobs"][0])]
        ]
    path.write_bytes(b"".join(canonical(record) + b"\n" for record in records))
    rewrite_manifest(place)
    for other in ("uncertainty.multiple_choice", "diversity.open_answer"):
        shutil.rmtree(loop.folder / "evidence" / other)
    assert main(["draft", str(loop.folder / "evidence"), "-o", str(loop.statement), "--force"]) == 0
    loop.tell(filled(loop.told()))
    loop.reproduce()
    accuracy = loop.report()["claims"][0]
    assert (accuracy["id"], accuracy["verdict"]) == ("headline-accuracy", verdict)
    assert words in accuracy["reason"]


def only(loop: Loop, name: str) -> None:
    """Keep one probe's claims and evidence, so that a second run is quick; the statement need not be complete."""
    told = loop.told()
    told["claims"] = [claim for claim in told["claims"] if claim["probe"]["id"] == name]
    told["evidence"] = [entry for entry in told["evidence"] if name in entry["path"]]
    loop.tell(told)


def retell(change: Callable[[Any], None]) -> Callable[[Loop], None]:
    def forge(loop: Loop) -> None:
        told = loop.told()
        change(told["claims"][0])
        loop.tell(told)

    return forge


SECOND_RUNS = {
    "a better student value": (retell(lambda claim: claim["student"].update(value=0.99)), "refuted", "student 0.99 is"),
    "a wished outcome": (retell(lambda claim: claim.update(outcome="preserved")), "refuted", "the outcome preserved is"),
    "a target left out": (retell(lambda claim: claim.update(targets=[])), "refuted", "it has 0 targets, and its profile 1"),
    "other items": (retell(lambda claim: claim["items"].update(sha256="0" * 64)), "refuted", "makes items with digest"),
    "an older probe": (retell(lambda claim: claim["probe"].update(version="0.9")), "not_verifiable", "install an earlier release"),
    "no seed": (retell(lambda claim: claim["items"].pop("seed")), "not_verifiable", ""),
    "a control": (
        retell(lambda claim: claim.update(comparator="control", reference=claim.pop("teacher"))), "not_verifiable", "not the control"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SECOND_RUNS)
def test_a_second_run_judges_a_touched_claim_by_name(loop, case):
    change, verdict, words = SECOND_RUNS[case]
    only(loop, "headline.multiple_choice")
    change(loop)
    loop.reproduce()
    first, *others = loop.report()["claims"]
    assert (first["id"], first["verdict"]) == ("headline-accuracy", verdict)
    assert words in first["reason"]
    assert {other["verdict"] for other in others} == {"confirmed"}


def test_fresh_items_confirm_an_honest_claim_by_chance_alone(loop):
    only(loop, "headline.multiple_choice")
    assert loop.reproduce("--fresh-seed", "12345") in (0, 1)
    report = loop.report()
    assert (report["mode"], report["seed"]) == ("fresh_items", 12345)
    accuracy = report["claims"][0]
    assert accuracy["verdict"] != "refuted"
    assert accuracy["tolerance_class"] == "fresh_items"
    assert accuracy["p"] <= accuracy["adjusted_p"] <= 1
    assert check(loop.folder / "report.yaml").findings == ()


def test_fresh_items_refute_a_student_value_that_no_run_gives(loop):
    only(loop, "headline.multiple_choice")

    def forge(claim):
        claim["student"] = {
            "value": 0.97, "count": 97, "n": N,
            "interval": {"low": 0.92, "high": 0.99, "level": 0.9, "method": "clopper_pearson", "unit": "item", "n_units": N},
        }  # fmt: skip

    retell(forge)(loop)
    assert loop.reproduce("--fresh-seed", "12345") == 1
    assert loop.report()["claims"][0]["verdict"] == "refuted"


def test_a_run_killed_with_sigkill_and_resumed_ends_with_the_same_bytes(tiny_pair, tmp_path):
    teacher, student, _ = map(str, tiny_pair)
    script = Path(__file__).parent / "killed_loops.py"
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
    from dls_probes.demonstration import WORDS

    words = read_words(WORDS)
    assert GAP not in WORDS.read_text()
    out = loop.folder / "with-words.yaml"
    assert main(["draft", str(loop.folder / "evidence"), "-o", str(out), "--words", str(WORDS)]) == 0
    assert GAP not in out.read_text()
    assert {finding.code for finding in check(out).findings if finding.severity == "error"} <= {"DLS104"}
    accepted = {acceptance["claim"] for acceptance in words["acceptances"]}
    assert {claim["id"] for claim in loop.told()["claims"] if claim["targets"]} == accepted


def test_the_demonstration_ends_with_a_table_and_repeats_itself(tiny_pair, tmp_path, monkeypatch, capsys):
    """On the tiny pair and fewer units; the models themselves are `make demo`'s business."""
    from dls_probes import demonstration, pair

    monkeypatch.setattr(pair, "TEACHER", tiny_pair[0])
    monkeypatch.setattr(pair, "STUDENT", tiny_pair[1])
    monkeypatch.setattr(demonstration, "plan", partial(demonstration.plan, n=24))
    assert main(["demo", "--out", str(tmp_path / "demo")]) == 0
    first = capsys.readouterr().out
    assert main(["demo", "--out", str(tmp_path / "demo")]) == 0
    again = capsys.readouterr().out
    for name in ("dls.yaml", "evidence", "report.yaml", "report-evidence"):
        assert (tmp_path / "demo" / name).exists()
        assert name in first
    for word in ("uncertainty", "diversity", "headline", "inconclusive", "what to try next", "dls validate"):
        assert word in first
        assert word in again
    assert check(tmp_path / "demo" / "dls.yaml").errors == 0
    assert {claim["verdict"] for claim in read(tmp_path / "demo" / "report.yaml").value["claims"]} == {"confirmed"}


def test_a_demonstration_into_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "demo").write_text("in the way")
    assert main(["demo", "--out", str(tmp_path / "demo")]) == 2
    assert capsys.readouterr().err.startswith("dls: ")
